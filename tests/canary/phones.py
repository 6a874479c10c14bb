"""Phones and browsers, which know where they are and tell no more than a square."""

import secrets
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from playwright.sync_api import expect

import nabij
from nabij.testing import FakeSensor, ManualClock, SteadySensor
from nabij_backend.clock import utc_now
from tests.canary.channels import ANSWERS, DATA, PHONE, TRAFFIC, WAL, NewCanaries, Planted
from tests.canary.installation import Installation
from tests.canary.values import Canaries, ToTenMetres
from tests.web.page.states import around_the_browser, nobody_is_known, square_is_shown, withdrawn
from tests.web.page.visits import Visit, visiting

_LOOK = timedelta(minutes=5)
_KEPT_BY_ALL = frozenset({DATA, WAL, TRAFFIC, PHONE})


@contextmanager
def phone(
    at: Installation, name: str, gps: FakeSensor[nabij.Position]
) -> Generator[tuple[nabij.Client, ManualClock]]:
    """A phone with a store, whose log is kept; its clock is three hours behind."""
    clock = ManualClock(utc_now() - timedelta(hours=3))
    with (
        at.logged(),
        nabij.Client(
            at.service.address,
            token=at.service.token(name),
            sensors={"gps": gps},
            folder=at.phone_folder / name,
            clock=clock,
            chance=lambda: 0.0,  # a report waits for no random minute
        ) as client,
    ):
        yield client, clock


def dwell(client: nabij.Client, clock: ManualClock) -> None:
    """Stay until there is a square to tell."""
    for _ in range(4):
        client.collect()
        clock.advance(_LOOK)


def a_phone(at: Installation, new: NewCanaries) -> Iterator[Planted]:
    """Allow everything, be somewhere, tell it, and look for what is near."""
    positions, squares, typed = (new() for _ in range(3))
    position = _somewhere(positions)
    squares.made.add(nabij.Cell.containing(position))
    with phone(at, secrets.token_hex(4), SteadySensor(position)) as (client, clock):
        client.grant(client.notice(), ["gps"])
        dwell(client, clock)
        clock.advance(timedelta(hours=1))
        assert client.report().accepted == 1
        client.nearby()
        assert client.places(typed.text()) == []
        client.nearby_at(typed.square())
        client.mark_quiet("home", at=position)
    yield Planted("a phone's position", positions)
    yield Planted("the square that a phone told", squares, _KEPT_BY_ALL)
    yield Planted("places typed on a phone", typed)


def _somewhere(canaries: Canaries) -> nabij.Position:
    """Make a position that is searched for to the metre and to ten."""
    position = canaries.position()
    canaries.made.add(ToTenMetres(position))
    return position


def a_phone_that_may_not(at: Installation, new: NewCanaries) -> Iterator[Planted]:
    """Be somewhere while gps was never allowed, was refused, and was withdrawn."""
    canaries = new()
    gps = SteadySensor(_somewhere(canaries))
    canaries.made.add(nabij.Cell.containing(gps.reading))
    with phone(at, secrets.token_hex(4), gps) as (client, clock):
        dwell(client, clock)
        client.refuse(client.notice(), ["gps"])
        dwell(client, clock)
        client.grant(client.notice(), ["gps"])
        client.withdraw()
        dwell(client, clock)
        client.report()
        client.refresh()
    yield Planted("the position of a phone that may not tell", canaries)


def a_phone_in_trouble(at: Installation, new: NewCanaries) -> Iterator[Planted]:
    """Be somewhere while sensors, network and service fail; withdraw before anything was told."""
    positions, squares = new(), new()
    position = _somewhere(positions)
    squares.made.add(nabij.Cell.containing(position))
    told = f"at {position.latitude_deg}, {position.longitude_deg}"
    gps = FakeSensor(*[position] * 4, nabij.SensorError(told), *[position] * 9)
    with phone(at, secrets.token_hex(4), gps) as (client, clock):
        client.grant(client.notice(), ["gps"])
        dwell(client, clock)
        _note_errors(at, lambda: dwell(client, clock))
        at.network.down = True
        clock.advance(timedelta(hours=1))
        for call in (client.report, client.nearby, client.refresh, client.withdraw):
            _note_errors(at, call)
        at.network.down = False
        client.refresh()
        client.forget_places()
    yield Planted("a position while all fails", positions)
    yield Planted("a square that was lost on its way", squares, frozenset({TRAFFIC}))


def _note_errors(at: Installation, call: Callable[[], object]) -> None:
    with suppress(nabij.NabijError), at.logged() as log:
        try:
            call()
        except nabij.NabijError as error:
            log.exception("%r", error.args)
            raise


def what_stands_and_what_was_erased(at: Installation, new: NewCanaries) -> Iterator[Planted]:
    """Report and let the phone be woken; then some withdraw, and some have their account erased."""
    standing, erased = new(), new()
    for canaries in (standing, erased):
        people = [at.caller(secrets.token_hex(4)) for _ in range(4)]
        for each in people:
            report = each.gps(each.grant(), canaries.square().code, id=str(canaries.uuid()))
            assert each.put_status(report).json()["accepted"]
            token = {"push_token": canaries.text()}
            assert each.put_of_device("push-token", token).is_success
        with at.superuser() as connection:
            connection.execute("ANALYZE")
    for each in people[:2]:
        assert each.withdraw().is_success
    for each in people[2:]:
        assert each.delete("/v1/me").is_success
    yield Planted("squares and ids that stand", standing, frozenset({DATA, WAL, ANSWERS}))
    yield Planted("squares and ids that were erased", erased, frozenset({WAL, ANSWERS}))


def a_browser(at: Installation, new: NewCanaries) -> Iterator[Planted]:
    """Type places, show where the browser is, answer and withdraw, as a person with a profile."""
    canaries = new()
    position = _somewhere(canaries)
    canaries.made.add(nabij.Cell.containing(position))

    def visit(me: Visit) -> None:
        me.context.on("console", lambda each: at.hear(each.text))
        page = nobody_is_known(me)
        page.get_by_role("combobox").fill(canaries.text())
        expect(page.get_by_text("kennen wij niet")).to_be_visible()
        around_the_browser(me)
        square_is_shown(me)
        withdrawn(me)

    here = {"latitude": position.latitude_deg, "longitude": position.longitude_deg}
    kept: dict[str, Any] = {"service_workers": "allow", "profile": at.profile}
    visiting(at.eyes, at.service, visit, geolocation=here, **kept)
    yield Planted("where a browser is, and what was typed there", canaries)
