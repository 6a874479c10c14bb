"""What a phone believes that it may do is what the service says."""

from collections.abc import Callable
from uuid import uuid4

import httpx2
import pytest

import nabij
from tests.contract.conftest import Connect
from tests.contract.phones import AnyClient, allow
from tests.contract.running import RunningService


def _answer_nothing(phone: AnyClient) -> None:
    phone.notice()


def _allow_all(phone: AnyClient) -> None:
    allow(phone, *nabij.Signal)


def _allow_one(phone: AnyClient) -> None:
    allow(phone, "wifi")


def _refuse_all(phone: AnyClient) -> None:
    phone.refuse(phone.notice(), signals=list(nabij.Signal))


def _put_off_one(phone: AnyClient) -> None:
    phone.defer(phone.notice(), signals=["gps"])


def _allow_and_withdraw_one(phone: AnyClient) -> None:
    allow(phone, *nabij.Signal)
    phone.withdraw(["gsm"])


def _change_their_mind_twice(phone: AnyClient) -> None:
    allow(phone, *nabij.Signal)
    phone.withdraw()
    allow(phone, "gps")


@pytest.mark.parametrize(
    "act",
    [
        _answer_nothing,
        _allow_all,
        _allow_one,
        _refuse_all,
        _put_off_one,
        _allow_and_withdraw_one,
        _change_their_mind_twice,
    ],
)
def test_phone_and_service_agree_on_every_signal(
    connect: Connect, shared: RunningService, act: Callable[[AnyClient], None]
) -> None:
    token = shared.token(f"somebody-{uuid4()}")
    phone = connect(shared.address, token=token)
    act(phone)
    phone.refresh()
    assert {signal: _told(phone.permission(signal)) for signal in nabij.Signal} == _said_by(
        shared.address, token
    )


def test_every_reason_of_the_service_is_one_that_the_phone_knows(
    shared: RunningService,
) -> None:
    described = httpx2.get(f"{shared.address}/openapi.json").json()
    reasons = described["components"]["schemas"]["Reason"]["enum"]
    assert {nabij.Reason(reason) for reason in reasons} == set(nabij.Reason)


def _told(permission: nabij.Permission) -> tuple[bool, list[str], int | None]:
    match permission:
        case nabij.Allowed(grant):
            return True, [], grant.epoch
        case nabij.Refused(reasons):
            return False, [reason.value for reason in reasons], None


def _said_by(address: str, token: nabij.Token) -> dict[str, tuple[bool, list[str], int | None]]:
    headers = {"Authorization": f"Bearer {token()}"}
    answer = httpx2.get(f"{address}/v1/consents", headers=headers).json()
    return {
        each["signal"]: (
            each["allowed"],
            each["reasons"],
            each["epoch"] if each["allowed"] else None,
        )
        for each in answer["permissions"]
    }
