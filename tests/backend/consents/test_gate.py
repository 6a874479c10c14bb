"""PostgreSQL accepts a report exactly where ``decide`` permits the signal."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from nabij_consent import Signal
from tests.service import Caller, Service, notice

Step = Callable[[Caller], object]


def _grant(eva: Caller) -> object:
    return eva.grant()


def _answer(kind: str) -> Step:
    return lambda eva: eva.post("/v1/consents", eva.act(kind, ["gps"]))


def _withdraw(eva: Caller) -> object:
    return eva.withdraw()


def _days(days: int) -> Step:
    return lambda eva: eva.service.clock.advance(timedelta(days=days))


def _publish(*signals: Signal) -> Step:
    return lambda eva: eva.service.publish(notice(2, signals=signals))


def _other_words(eva: Caller) -> object:
    return eva.service.publish(notice(2, material_since=1))


# What happened to the position, and the reasons why it may then not be collected.
HISTORIES: dict[str, tuple[list[Step], list[str]]] = {
    "nothing": ([], ["never-answered", "no-grant"]),
    "granted": ([_grant], []),
    "refused": ([_answer("refused")], ["refused", "no-grant"]),
    "put off": ([_answer("deferred")], ["deferred", "no-grant"]),
    "granted, refused": ([_grant, _answer("refused")], ["refused", "no-grant"]),
    "granted, put off": ([_grant, _answer("deferred")], ["deferred", "no-grant"]),
    "granted, withdrawn": ([_grant, _withdraw], ["withdrawn", "no-grant"]),
    "refused, granted": ([_answer("refused"), _grant], []),
    "withdrawn, granted": ([_grant, _withdraw, _grant], []),
    "the last day": ([_grant, _days(364)], []),
    "the end": ([_grant, _days(365)], ["expired"]),
    "renewed": ([_grant, _days(364), _grant, _days(2)], []),
    "another notice": ([_grant, _publish(*Signal)], ["notice-changed"]),
    "other words": ([_grant, _other_words], []),
    "asked no more": ([_grant, _publish(Signal.WIFI, Signal.GPS)], ["notice-changed"]),
    "another notice, granted": ([_grant, _publish(*Signal), _grant], []),
    "another notice, the end": (
        [_grant, _publish(*Signal), _days(365)],
        ["notice-changed", "expired"],
    ),
}


@pytest.mark.parametrize("history", HISTORIES)
def test_the_gate_opens_exactly_where_the_decision_permits(service: Service, history: str) -> None:
    steps, reasons = HISTORIES[history]
    eva = Caller(service, service.token("eva", timedelta(days=1_000)))
    for step in steps:
        step(eva)
    permission = eva.permissions()["gps"]
    accepted = eva.put_status(eva.gps(permission["epoch"] or 1)).json()["accepted"]
    assert permission["reasons"] == reasons
    assert permission["allowed"] == (reasons == [])
    assert len(accepted) == permission["allowed"]


def test_a_signal_that_is_asked_no_more_is_not_among_the_permissions(service: Service) -> None:
    eva = service.caller()
    epoch = eva.grant()
    service.publish(notice(2, signals=[Signal.WIFI]))
    (refused,) = eva.put_status(eva.gps(epoch)).json()["refused"]
    assert set(eva.permissions()) == {"wifi"}
    assert refused["type"] == "/problems/notice-changed"
