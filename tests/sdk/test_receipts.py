"""What proves an act is handed over, whenever the act was told."""

import asyncio
from uuid import uuid4

import httpx2
import pytest

import nabij
from nabij._values import Receipt
from nabij.testing import Offline, Phone, Serve
from nabij_consent import EventKind
from tests.sdk.service import NOW
from tests.sdk.service import Phone as Engine


@pytest.fixture
def phone(nabij_phone: Phone) -> Phone:
    return nabij_phone


@pytest.fixture
def client(nabij_client: nabij.Client) -> nabij.Client:
    return nabij_client


def kinds(client: nabij.Client) -> list[str]:
    return [each.kind.value for each in client.receipts()]


def test_each_act_leaves_a_receipt_that_shows_nothing(client: nabij.Client) -> None:
    notice = client.notice()
    client.refuse(notice, ["wifi"])
    confirmation = client.grant(notice, ["gps"])
    withdrawal = client.withdraw()
    assert kinds(client) == ["refused", "granted", "withdrawn"]
    _, granted, withdrawn = client.receipts()
    assert (granted.receipt, granted.recorded_at) == (
        confirmation.receipt,
        confirmation.recorded_at,
    )
    assert withdrawn.receipt == withdrawal.receipt
    assert granted.receipt not in repr(granted)


def test_an_act_that_is_told_later_hands_its_receipt_over(
    phone: Phone, client: nabij.Client
) -> None:
    client.grant(client.notice(), ["gps"])
    heard: list[Receipt] = []
    unsubscribe = client.on_receipt(heard.append)
    with phone.in_airplane_mode():
        assert client.withdraw().receipt is None
    assert heard == []
    client.refresh()
    assert [each.kind for each in heard] == [EventKind.WITHDRAWN]
    assert client.receipts()[-1] == heard[0]
    assert heard[0].recorded_at == phone.clock()
    unsubscribe()
    unsubscribe()
    client.grant(client.notice(), ["gps"])
    assert len(heard) == 1


def test_one_that_was_told_after_a_restart_is_there(phone: Phone, client: nabij.Client) -> None:
    client.grant(client.notice(), ["gps"])
    with phone.in_airplane_mode():
        client.withdraw()
    client.close()
    with nabij.Client(**phone.arguments("eva")) as again:
        again.refresh()
        assert kinds(again) == ["granted", "withdrawn"]
    with nabij.Client(**phone.arguments("eva")) as again:
        assert kinds(again) == ["granted", "withdrawn"]


def test_an_act_whose_answer_was_lost_has_one_receipt(phone: Phone, client: nabij.Client) -> None:
    client.grant(client.notice(), ["gps"])

    def lost(request: httpx2.Request, serve: Serve) -> httpx2.Response:
        serve()
        raise httpx2.ReadError("lost", request=request)

    phone.service.fail_next(lost)
    assert not client.withdraw().told_server
    client.refresh()
    assert kinds(client) == ["granted", "withdrawn"]
    assert [each.kind for each in phone.service.acts] == ["granted", "withdrawn"]


def test_a_callback_that_fails_keeps_it_from_nobody(client: nabij.Client) -> None:
    heard: list[Receipt] = []

    def fail(_receipt: Receipt) -> None:
        raise LookupError("no disk")

    client.on_receipt(fail)
    client.on_receipt(heard.append)
    client.grant(client.notice(), ["gps"])
    assert client.withdraw().told_server
    assert len(heard) == len(client.receipts()) == 2


def test_a_callback_that_nobody_would_await_is_refused(client: nabij.Client) -> None:
    async def heard(_receipt: Receipt) -> None:
        """Never awaited."""

    with pytest.raises(TypeError, match="plain function"):
        client.on_receipt(heard)


def test_both_clients_hand_them_over(phone: Phone) -> None:
    heard: list[Receipt] = []

    async def play() -> tuple[Receipt, ...]:
        async with nabij.AsyncClient(**phone.async_arguments("eva")) as client:
            client.on_receipt(heard.append)
            await client.grant(await client.notice(), ["gps"])
            with phone.in_airplane_mode():
                await client.withdraw()
            await client.refresh()
            return await client.receipts()

    assert list(asyncio.run(play())) == heard
    assert [each.kind.value for each in heard] == ["granted", "withdrawn"]


def test_the_last_hundred_are_kept() -> None:
    store = Engine().device.store
    made = [Receipt(uuid4(), EventKind.GRANTED, NOW, str(number)) for number in range(103)]
    assert all(store.keep_receipt(each) for each in made)
    assert store.receipts() == tuple(made[3:])
    assert not store.keep_receipt(made[-1])
    assert store.receipts() == tuple(made[3:])


def withdrawn_and_erased(phone: Phone, client: nabij.Client) -> int:
    """Withdraw offline, and erase the account elsewhere; how many acts were recorded."""
    client.grant(client.notice(), ["gps"])
    with phone.in_airplane_mode():
        client.withdraw()
    phone.service.erase("eva")
    return len(phone.service.acts)


def test_a_late_withdrawal_of_an_erased_account_leaves_no_record(
    phone: Phone, client: nabij.Client
) -> None:
    before = withdrawn_and_erased(phone, client)
    client.refresh()
    assert len(phone.service.acts) == before
    assert client.pending().untold == 0
    assert kinds(client) == ["granted"]
    assert isinstance(client.permission("gps"), nabij.Refused)
    with phone.service.failing(Offline()), pytest.raises(nabij.NotReachable):
        client.refresh()


def test_a_withdrawal_said_again_after_the_erasure_says_so(
    phone: Phone, client: nabij.Client
) -> None:
    before = withdrawn_and_erased(phone, client)
    said = client.withdraw()
    assert (said.told_server, said.recorded_at, dict(said.erased)) == (True, None, {})
    assert len(phone.service.acts) == before


def test_a_first_withdrawal_is_recorded_though_nobody_is_known(
    phone: Phone, client: nabij.Client
) -> None:
    assert client.withdraw().told_server
    assert [each.kind for each in phone.service.acts] == ["withdrawn"]
