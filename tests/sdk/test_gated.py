"""What an app asks its client of permission, and its own code behind the gate."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, cast

import pytest

import nabij
from nabij import DeviceReason, GpsGrant, NotPermitted, Position, Reason
from nabij.sensors import Access
from nabij.testing import FakeSensor
from nabij_consent import NEARBY_SOURCES, Signal
from tests.sdk.service import NOW, UTRECHT
from tests.sdk.test_clients import Kind, Shell, Wire


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture(params=["sync", "async"])
def shell(request: pytest.FixtureRequest, wire: Wire) -> Generator[Shell]:
    kind: Kind = request.param
    made = Shell(kind, wire)
    yield made
    made.close()


def agree(shell: Shell) -> None:
    shell.do(shell.client.grant(shell.do(shell.client.notice()), ["gps"]))


@nabij.gated("gps")
def read(grant: GpsGrant, ran: list[GpsGrant]) -> Position:
    """Where we are."""
    ran.append(grant)
    return UTRECHT


def test_gated_code_runs_with_a_grant_and_not_at_all_without(shell: Shell) -> None:
    ran: list[GpsGrant] = []
    with pytest.raises(NotPermitted) as refused:
        read(shell.client, ran)
    assert refused.value.reasons == (DeviceReason.NOT_KNOWN,)
    assert ran == []
    agree(shell)
    assert read(shell.client, ran) is UTRECHT
    permission = shell.client.permission("gps")
    assert isinstance(permission, nabij.Allowed)
    assert [grant.epoch for grant in ran] == [permission.grant.epoch]
    assert read.__doc__ == "Where we are."


def test_what_gated_code_read_while_the_permission_ended_is_thrown_away(shell: Shell) -> None:
    @nabij.gated("gps")
    def slow(grant: GpsGrant) -> Position:
        assert isinstance(grant, GpsGrant)
        shell.do(shell.client.withdraw())
        return UTRECHT

    agree(shell)
    with pytest.raises(NotPermitted) as refused:
        slow(shell.client)
    assert refused.value.reasons == (Reason.WITHDRAWN, Reason.NO_GRANT)


def test_awaited_code_is_gated_when_it_runs_and_when_it_has_run(shell: Shell) -> None:
    ran: list[str] = []
    ends: list[Callable[[], object]] = []

    @nabij.gated("gps")
    async def where(grant: GpsGrant) -> Position:
        ran.append(grant.signal)
        await asyncio.sleep(0)
        for end in ends:
            end()
        return UTRECHT

    agree(shell)
    begun = where(shell.client)
    assert asyncio.run(begun) is UTRECHT
    late = where(shell.client)
    shell.do(shell.client.withdraw())
    with pytest.raises(NotPermitted):
        asyncio.run(late)
    assert ran == ["gps"]
    agree(shell)
    ends.append(shell.forget)
    with pytest.raises(NotPermitted):
        asyncio.run(where(shell.client))
    assert ran == ["gps", "gps"]


def test_a_generator_cannot_be_gated() -> None:
    def walk(grant: GpsGrant) -> Generator[Position]:
        assert isinstance(grant, GpsGrant)
        yield UTRECHT

    async def stroll(grant: GpsGrant) -> AsyncGenerator[Position]:
        assert isinstance(grant, GpsGrant)
        yield UTRECHT

    for read_on in (walk, stroll):
        with pytest.raises(TypeError, match="gate each reading"):
            nabij.gated("gps")(cast("Any", read_on))


def test_the_operating_system_asks_only_after_the_customer_agreed(shell: Shell) -> None:
    shell.gps.allow(Access.NONE)
    answered: list[str] = []
    with pytest.raises(NotPermitted) as refused:
        shell.client.ask("gps", lambda: answered.append("too early"))
    assert refused.value.reasons == (DeviceReason.NOT_KNOWN,)
    assert shell.gps.asks == 0
    agree(shell)
    assert shell.client.permission("gps") == nabij.Refused((DeviceReason.OS_NONE,))
    shell.client.ask("gps", lambda: answered.append("yes"))
    assert (shell.gps.asks, answered) == (1, ["yes"])
    assert isinstance(shell.client.permission("gps"), nabij.Allowed)


def test_nothing_asks_for_a_signal_without_an_adapter(wire: Wire) -> None:
    bare = nabij.Client(
        wire.url,
        token=wire.token("eva"),
        http=wire.http(),
        public_http=wire.http(),
        clock=wire.clock,
    )
    bare.grant(bare.notice(), ["gps"])
    with pytest.raises(nabij.Unsupported, match="no adapter"):
        bare.ask("gps", lambda: None)


def test_changes_call_back_once_each_until_unsubscribed(shell: Shell) -> None:
    seen: list[bool] = []

    def note() -> None:
        seen.append(isinstance(shell.client.permission("gps"), nabij.Allowed))

    unsubscribe = shell.client.on_change(note)
    agree(shell)
    shell.do(shell.client.refresh())
    assert seen == [True]
    shell.gps.allow(Access.NONE)
    shell.client.ask("gps", lambda: None)
    assert seen == [True]
    shell.do(shell.client.withdraw())
    assert seen == [True, False]
    unsubscribe()
    unsubscribe()
    agree(shell)
    assert seen == [True, False]


def test_a_report_says_of_each_signal_whether_and_why_not_and_until_when(shell: Shell) -> None:
    agree(shell)
    gps, gsm, wifi = shell.client.permission_report()
    assert (gps.purpose, gps.signal, gps.access) == (NEARBY_SOURCES, Signal.GPS, Access.NOT_NEEDED)
    assert isinstance(gps.permission, nabij.Allowed)
    assert gps.until == NOW + nabij.LEASE
    assert gsm.permission == nabij.Refused((Reason.NEVER_ANSWERED, Reason.NO_GRANT))
    assert (wifi.access, wifi.until) == (None, None)


def test_adapters_are_given_by_the_names_of_signals() -> None:
    with pytest.raises(ValueError, match="gps, gsm and wifi"):
        nabij.Client(
            "https://nabij.example",
            token=lambda: None,
            sensors=cast("Any", {"radar": FakeSensor(UTRECHT)}),
        )
