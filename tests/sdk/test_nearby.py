"""What is near: ranked on the device, from a catalogue that is asked for without saying where."""

import hashlib
import json
import resource
import signal
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from nabij import (
    CatalogueOutcome,
    Cell,
    NabijError,
    NoPosition,
    NotReachable,
    Position,
    ServiceUnavailable,
    UnknownAnswer,
)
from nabij._catalogue import Kinds
from nabij._wire import Answer, Call, Identity
from nabij.testing import FakeSensor
from nabij_consent import NEARBY_SOURCES
from nabij_geo import CatalogueSource, geodesic_distance_m
from tests.geo.catalogues import neighbours
from tests.sdk.service import (
    NOW,
    UTRECHT,
    UTRECHT_CELL,
    VELDHOVEN,
    Phone,
    Published,
    allowed,
    answer,
    consents,
    problem,
    recorded,
    source,
)

ALL = Kinds(technologies=None, owner_kinds=None)
DOM = source("dom", Position(52.0908, 5.1220))
ZUILEN = source("zuilen", Position(52.1160, 5.0810), technology="wind", capacity_kw=None)
ZEIST = source("zeist", Position(52.0880, 5.2330), owner_kind="farm", story=None)
ROOFS = neighbours("neighbours:1", Position(52.1, 5.1))
SOURCES = (ZEIST, DOM, ZUILEN, ROOFS)
AROUND = Published(*SOURCES)
DAY = timedelta(days=1)


def located(phone: Phone, position: Position = UTRECHT) -> Phone:
    phone.granted("gps")
    phone.collect({"gps": FakeSensor(position)})
    phone.calls.clear()
    return phone


@pytest.fixture
def phone() -> Phone:
    return located(Phone())


@pytest.fixture
def holding(phone: Phone) -> Phone:
    """A phone that holds version 1."""
    nearby(phone, 1, AROUND)
    phone.calls.clear()
    return phone


def nearby(phone: Phone, k: int, service: Published, kinds: Kinds = ALL) -> list[str]:
    """What is near Utrecht, whether or not the phone may know that it is there."""
    found = phone.ask(phone.engine.catalogue.near(UTRECHT, k, kinds), service)
    return [each.source.id for each in found]


def outcome(phone: Phone) -> tuple[int, CatalogueOutcome]:
    state = phone.engine.catalogue.state
    assert state is not None
    return state.version, state.outcome


def test_the_nearest_come_first_at_their_distance_from_the_device(phone: Phone) -> None:
    found = phone.play(phone.engine.nearby(NEARBY_SOURCES, 2, ALL), AROUND.manifest, AROUND.file)
    assert [each.id for each in found] == ["dom", "neighbours:1"]
    for each in found:
        assert each.distance_m == geodesic_distance_m(UTRECHT, each.position)


def test_a_source_is_told_as_the_catalogue_has_it(phone: Phone) -> None:
    found, roofs = phone.ask(phone.engine.nearby(NEARBY_SOURCES, 2, ALL), AROUND)
    told = (found.name, found.technology, found.owner_kind, found.capacity_kw, found.story)
    assert told == ("Zon op dom", "solar", "cooperative", 12.5, "Samen op het dak.")
    assert (found.licence, found.register, found.made_up) == ("CC-BY-4.0", "test", False)
    assert (found.count, found.located, found.label()) == (1, "site", "Zon op dom")
    assert (roofs.name, roofs.count, roofs.capacity_band_kw) == (None, 3, (0.0, 5.0))
    assert roofs.label("nl") == "3 zonnedaken van particulieren"
    assert roofs.label("en") == "3 solar roofs of private persons"


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        (Kinds(technologies={"wind"}, owner_kinds=None), ["zuilen"]),
        (Kinds(technologies=None, owner_kinds=("farm", "person")), ["neighbours:1", "zeist"]),
        (Kinds(technologies=["solar"], owner_kinds=["cooperative"]), ["dom"]),
        (Kinds(technologies=[], owner_kinds=None), []),
    ],
)
def test_only_what_is_wanted_is_ranked(phone: Phone, kinds: Kinds, found: list[str]) -> None:
    assert nearby(phone, 9, AROUND, kinds) == found


def test_what_is_asked_is_the_same_wherever_the_phone_is(phone: Phone) -> None:
    far = located(Phone(), VELDHOVEN)
    for each, k in ((phone, 1), (far, 20)):
        each.ask(each.engine.nearby(NEARBY_SOURCES, k, ALL), AROUND)
        each.ask(each.engine.nearby_at(Cell.containing(UTRECHT), k, ALL), AROUND)
    assert phone.calls == far.calls
    assert phone.paths() == ["/v1/catalogue", "/v1/catalogue/1/all"]
    assert {each.identity for each in phone.calls} == {Identity.NOBODY}
    assert {(each.json, *each.params, *each.headers) for each in phone.calls} == {(None,)}


def test_without_a_position_there_is_nothing_to_rank_by() -> None:
    phone = Phone().granted("gps")
    with pytest.raises(NoPosition):
        phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, ALL))


def test_a_withdrawn_position_is_forgotten_even_if_it_is_permitted_again(phone: Phone) -> None:
    phone.play(phone.engine.withdraw(None, ["gps"]), answer(recorded(allowed())))
    phone.granted("gps", epoch=2)
    with pytest.raises(NoPosition):
        phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, ALL))


def test_a_withdrawal_of_another_signal_leaves_the_position(phone: Phone) -> None:
    phone.play(phone.engine.withdraw(None, ["wifi"]), answer(recorded(allowed("gps"))))
    assert phone.ask(phone.engine.nearby(NEARBY_SOURCES, 1, ALL), AROUND)


def test_a_position_without_permission_is_forgotten(phone: Phone) -> None:
    for permissions in (allowed(), allowed("gps")):
        phone.play(phone.engine.refresh(), answer(consents(permissions)))
        with pytest.raises(NoPosition):
            phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, ALL))


def test_a_withdrawal_while_asking_ends_the_ranking(phone: Phone) -> None:
    under_way = phone.engine.nearby(NEARBY_SOURCES, 5, ALL)
    next(under_way)
    phone.withdraw_offline()
    under_way.send(AROUND.manifest)
    with pytest.raises(NoPosition):
        under_way.send(AROUND.file)


def test_a_typed_place_needs_no_permission_and_gives_intervals() -> None:
    phone = Phone()
    found = phone.ask(phone.engine.nearby_at(Cell.parse(UTRECHT_CELL), 3, ALL), AROUND)
    assert [each.id for each in found] == ["dom", "neighbours:1", "zuilen"]
    for each in found:
        exact_m = geodesic_distance_m(UTRECHT, each.position)
        assert each.distance_m.nearest_m <= exact_m <= each.distance_m.farthest_m


# When it looks.


def test_it_looks_once_a_day(holding: Phone) -> None:
    holding.clock.advance(DAY - timedelta(seconds=1))
    assert nearby(holding, 1, AROUND) == ["dom"]
    assert holding.calls == []
    holding.clock.advance(timedelta(seconds=1))
    assert nearby(holding, 1, AROUND) == ["dom"]
    assert holding.paths() == ["/v1/catalogue"]
    assert holding.calls[0].headers == {"If-None-Match": '"v1"'}
    state = holding.engine.catalogue.state
    assert state is not None
    assert (state.checked_at, state.changed_at) == (NOW + DAY, NOW)


def test_a_clock_that_was_set_back_makes_it_look(holding: Phone) -> None:
    holding.clock.advance(-timedelta(hours=1))
    nearby(holding, 1, AROUND)
    assert holding.paths() == ["/v1/catalogue"]


def test_it_looks_at_refresh_for_what_it_holds(phone: Phone) -> None:
    permitted = answer(consents(allowed("gps")))
    phone.play(phone.engine.refresh(), permitted)
    nearby(phone, 1, AROUND)
    newer = Published(DOM, version=2)
    phone.play(phone.engine.refresh(), permitted, newer.manifest, newer.file)
    assert outcome(phone) == (2, CatalogueOutcome.CURRENT)


def test_a_catalogue_out_of_reach_is_no_failure_of_refresh(holding: Phone) -> None:
    permitted = answer(consents(allowed("gps")))
    holding.play(holding.engine.refresh(), permitted, NotReachable())
    assert outcome(holding) == (1, CatalogueOutcome.NOT_REACHABLE)


def test_a_newer_one_takes_its_place(holding: Phone) -> None:
    holding.clock.advance(DAY)
    assert nearby(holding, 9, Published(ZEIST, version=2)) == ["zeist"]
    assert outcome(holding) == (2, CatalogueOutcome.CURRENT)


# What may come of it.

NEWER = Published(ZEIST, version=2)
_CONTENT = NEWER.file.content
_OTHER = Published(DOM, version=2).file
_LIAR = Published(DOM, version=7)


def _with_digest(content: bytes) -> list[Answer]:
    digest = hashlib.sha256(content).hexdigest()
    return [*_with_file(bytes=len(content), sha256=digest), Answer(200, content)]


def _with_file(**members: object) -> list[Answer]:
    manifest = json.loads(NEWER.manifest.content)
    manifest["files"][0] |= members
    return [answer(manifest)]


KEPT: dict[str, tuple[CatalogueOutcome, list[Answer | NabijError]]] = {
    "no network": (CatalogueOutcome.NOT_REACHABLE, [NotReachable()]),
    "broken off": (CatalogueOutcome.NOT_REACHABLE, [NEWER.manifest, NotReachable()]),
    "busy": (CatalogueOutcome.UNAVAILABLE, [ServiceUnavailable()]),
    "file busy": (CatalogueOutcome.UNAVAILABLE, [NEWER.manifest, Answer(503, b"")]),
    "truncated": (CatalogueOutcome.DAMAGED, [NEWER.manifest, Answer(200, _CONTENT[:-9])]),
    "wrong digest": (CatalogueOutcome.DAMAGED, [NEWER.manifest, _OTHER]),
    "empty": (CatalogueOutcome.DAMAGED, [NEWER.manifest, Answer(200, b"")]),
    "html": (CatalogueOutcome.DAMAGED, [Answer(200, b"<html>the portal of a hotel</html>")]),
    "no catalogue": (CatalogueOutcome.DAMAGED, [*_with_digest(b'{"format": 9}')]),
    "no json": (CatalogueOutcome.DAMAGED, [*_with_digest(b"\xff")]),
    "another version": (CatalogueOutcome.DAMAGED, [*_with_digest(_LIAR.file.content)]),
    "a way out": (CatalogueOutcome.DAMAGED, [*_with_file(path="/v1/devices")]),
    "a name that climbs": (CatalogueOutcome.DAMAGED, [*_with_file(sha256="../../x")]),
    "a small region": (CatalogueOutcome.DAMAGED, [*_with_file(region=UTRECHT_CELL)]),
    "older": (CatalogueOutcome.OLDER, [Published(ZEIST, version=0).manifest]),
    "always changing": (
        CatalogueOutcome.DAMAGED,
        [
            *(NEWER.manifest, problem("other-catalogue", 410)),
            *(NEWER.manifest, problem("other-catalogue", 410)),
        ],
    ),
}


@pytest.mark.parametrize("fault", KEPT)
def test_the_one_that_is_held_stays_and_it_is_said_why(holding: Phone, fault: str) -> None:
    expected, replies = KEPT[fault]
    holding.clock.advance(DAY)
    found = holding.play(holding.engine.catalogue.near(UTRECHT, 1, ALL), *replies)
    assert [each.source.id for each in found] == ["dom"]
    assert outcome(holding) == (1, expected)
    holding.clock.advance(DAY)
    assert nearby(holding, 1, NEWER) == ["zeist"]
    assert outcome(holding) == (2, CatalogueOutcome.CURRENT)


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        ([NotReachable()], NotReachable),
        ([NEWER.manifest, Answer(503, b"")], ServiceUnavailable),
        ([NEWER.manifest, Answer(200, _CONTENT[:-9])], UnknownAnswer),
    ],
)
def test_where_nothing_is_held_the_question_fails(
    phone: Phone, replies: list[Answer | NabijError], error: type[NabijError]
) -> None:
    with pytest.raises(error):
        phone.play(phone.engine.catalogue.near(UTRECHT, 1, ALL), *replies)
    assert phone.engine.catalogue.state is None
    assert nearby(phone, 1, AROUND) == ["dom"]


def test_one_that_changes_between_manifest_and_file_is_asked_for_again(phone: Phone) -> None:
    phone.play(
        phone.engine.nearby(NEARBY_SOURCES, 1, ALL),
        *(AROUND.manifest, problem("other-catalogue", 410), NEWER.manifest, NEWER.file),
    )
    assert outcome(phone) == (2, CatalogueOutcome.CURRENT)


# What it keeps.


def test_it_is_there_after_a_restart_without_network(tmp_path: Path) -> None:
    first = located(Phone(folder=tmp_path))
    nearby(first, 1, AROUND)
    first.device.store.close()
    second = Phone(folder=tmp_path)
    second.clock.advance(timedelta(hours=5))
    second.collect({"gps": FakeSensor(UTRECHT)})
    found = second.play(second.engine.nearby(NEARBY_SOURCES, 1, ALL))
    assert [each.id for each in found] == ["dom"]
    state = second.engine.catalogue.state
    assert state is not None
    assert (state.version, state.checked_at) == (1, NOW)


def shelf(folder: Path) -> Path:
    (found,) = folder.glob("*.public/catalogue")
    return found


@pytest.mark.parametrize("damage", [b"", b"{}", b"\x00"], ids=["empty", "another", "zero"])
@pytest.mark.parametrize(
    ("which", "asked"),
    [("manifest.json", "/v1/catalogue"), ("[0-9a-f]*.json", "/v1/catalogue/1/all")],
)
def test_a_damaged_file_is_fetched_again(
    tmp_path: Path, which: str, asked: str, damage: bytes
) -> None:
    first = located(Phone(folder=tmp_path))
    nearby(first, 1, AROUND)
    first.device.store.close()
    (damaged,) = shelf(tmp_path).glob(which)
    damaged.write_bytes(damage)
    second = Phone(folder=tmp_path)
    second.collect({"gps": FakeSensor(UTRECHT)})
    assert nearby(second, 1, AROUND) == ["dom"]
    assert second.paths() == [asked]


def test_an_old_one_leaves_nothing_behind(tmp_path: Path) -> None:
    phone = located(Phone(folder=tmp_path))
    nearby(phone, 1, AROUND)
    phone.clock.advance(DAY)
    nearby(phone, 1, NEWER)
    digest = hashlib.sha256(NEWER.file.content).hexdigest()
    names = {each.name for each in shelf(tmp_path).iterdir()}
    assert names == {"manifest.json", f"{digest}.json"}
    assert (shelf(tmp_path) / f"{digest}.json").read_bytes() == NEWER.file.content


@contextmanager
def full_disk() -> Generator[None]:
    """No file can grow, as on a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_without_room_the_one_that_is_held_stays(tmp_path: Path) -> None:
    phone = located(Phone(folder=tmp_path))
    nearby(phone, 1, AROUND)
    phone.clock.advance(DAY)
    with full_disk():
        assert nearby(phone, 1, NEWER) == ["dom"]
    assert outcome(phone) == (1, CatalogueOutcome.NO_ROOM)
    phone.device.store.close()
    again = Phone(folder=tmp_path)
    again.collect({"gps": FakeSensor(UTRECHT)})
    found = again.play(again.engine.nearby(NEARBY_SOURCES, 1, ALL))
    assert [each.id for each in found] == ["dom"]


def test_without_room_and_with_nothing_held_it_counts_while_the_app_runs(tmp_path: Path) -> None:
    phone = located(Phone(folder=tmp_path))
    with full_disk():
        assert nearby(phone, 1, AROUND) == ["dom"]
        assert nearby(phone, 1, AROUND) == ["dom"]
    assert outcome(phone) == (1, CatalogueOutcome.NO_ROOM)
    assert phone.paths() == ["/v1/catalogue", "/v1/catalogue/1/all"]


# Where the catalogue is too large for one file.


def _scattered() -> list[CatalogueSource]:
    chance = Random(18)  # noqa: S311 - places to try
    return [
        source(f"{n:03}", Position(chance.uniform(50.0, 54.0), chance.uniform(2.0, 8.0)))
        for n in range(300)
    ]


SCATTERED = _scattered()
LARGE = Published(*SCATTERED, by_region=True)
SMALL = Published(*SCATTERED)


@pytest.mark.parametrize("k", [1, 5, 40, 400])
def test_regions_give_the_same_answer_as_everything(phone: Phone, k: int) -> None:
    assert nearby(phone, k, LARGE) == nearby(located(Phone()), k, SMALL)
    cell = Cell.containing(VELDHOVEN, 10_000)
    around = phone.ask(phone.engine.nearby_at(cell, k, ALL), LARGE)
    whole = located(Phone())
    assert around == whole.ask(whole.engine.nearby_at(cell, k, ALL), SMALL)


def test_only_the_regions_that_the_distance_reaches_are_fetched_and_once(phone: Phone) -> None:
    nearby(phone, 3, LARGE)
    fetched = phone.paths()[1:]
    home = Cell.containing(UTRECHT, 100_000).code
    assert fetched[0] == f"/v1/catalogue/1/{home}"
    assert len(fetched) <= 4 < len(LARGE.files)
    nearby(phone, 3, LARGE)
    assert phone.paths()[1:] == fetched


def test_what_was_fetched_is_renewed_together(phone: Phone) -> None:
    nearby(phone, 3, LARGE)
    fetched = {each.rpartition("/")[2] for each in phone.paths()[1:]}
    phone.clock.advance(DAY)
    phone.calls.clear()
    nearby(phone, 3, Published(*SCATTERED, version=2, by_region=True))
    assert {each.rpartition("/")[2] for each in phone.paths()[1:]} == fetched
    assert outcome(phone) == (2, CatalogueOutcome.CURRENT)


def test_a_region_that_is_gone_meanwhile_is_asked_for_anew(phone: Phone) -> None:
    nearby(phone, 1, LARGE)
    newer = Published(*SCATTERED, version=2, by_region=True)
    assert nearby(phone, 400, newer) == nearby(located(Phone()), 400, SMALL)
    assert outcome(phone) == (2, CatalogueOutcome.CURRENT)


def test_a_region_out_of_reach_fails_the_question_that_needs_it(phone: Phone) -> None:
    def broken(call: Call) -> Answer | NabijError:
        return LARGE(call) if call.path == "/v1/catalogue" else NotReachable()

    with pytest.raises(NotReachable):
        phone.ask(phone.engine.nearby(NEARBY_SOURCES, 3, ALL), broken)
    assert nearby(phone, 3, LARGE)


def test_regions_are_forgotten_with_the_permission(tmp_path: Path) -> None:
    phone = located(Phone(folder=tmp_path))
    nearby(phone, 3, LARGE)
    assert len(list(shelf(tmp_path).iterdir())) > 1
    phone.withdraw_offline()
    assert list(shelf(tmp_path).iterdir()) == []
    assert phone.engine.catalogue.state is None


def test_regions_are_forgotten_with_a_damaged_store(tmp_path: Path) -> None:
    first = located(Phone(folder=tmp_path))
    nearby(first, 3, LARGE)
    first.device.store.close()
    (database,) = tmp_path.glob("*.sqlite3")
    database.write_bytes(b"damaged")
    second = Phone(folder=tmp_path)
    assert second.engine.catalogue.state is None
    assert list(tmp_path.glob("*.public")) == []


def test_one_file_of_everything_tells_nothing_and_stays(tmp_path: Path) -> None:
    phone = located(Phone(folder=tmp_path))
    nearby(phone, 3, AROUND)
    phone.withdraw_offline()
    assert outcome(phone) == (1, CatalogueOutcome.CURRENT)


def test_another_account_finds_none_of_them(tmp_path: Path) -> None:
    first = located(Phone(folder=tmp_path, account="eva"))
    nearby(first, 3, LARGE)
    first.device.store.close()
    second = Phone(folder=tmp_path, account="noor")
    assert second.engine.catalogue.state is None
    assert list(tmp_path.glob("*.public")) == []


# What is told of it.


def test_distances_are_not_printed(phone: Phone) -> None:
    found = phone.ask(phone.engine.nearby(NEARBY_SOURCES, 3, ALL), AROUND)
    assert "distance" not in str(found)
    assert "52.1" not in str(found)


def test_the_state_is_a_value_to_show(holding: Phone) -> None:
    state = holding.engine.catalogue.state
    assert json.dumps(str(state)).count("current") == 1
