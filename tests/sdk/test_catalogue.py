"""The catalogue that a device keeps: when it is looked for, what may come of it, what stays."""

import hashlib
import json
import resource
import signal
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from nabij import (
    CatalogueOutcome,
    NabijError,
    NotReachable,
    ServiceUnavailable,
    UnknownAnswer,
)
from nabij._wire import Answer
from nabij.testing import FakeSensor
from nabij_consent import NEARBY_SOURCES
from tests.sdk.catalogues import (
    ALL,
    AROUND,
    DAY,
    DOM,
    ZEIST,
    located,
    nearby,
    outcome,
    shelf,
)
from tests.sdk.service import (
    NOW,
    UTRECHT,
    UTRECHT_CELL,
    Phone,
    Published,
    allowed,
    answer,
    consents,
    problem,
)


@pytest.fixture
def phone() -> Phone:
    return located(Phone())


@pytest.fixture
def holding(phone: Phone) -> Phone:
    """A phone that holds version 1."""
    nearby(phone, 1, AROUND)
    phone.calls.clear()
    return phone


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


def test_the_state_is_a_value_to_show(holding: Phone) -> None:
    state = holding.engine.catalogue.state
    assert json.dumps(str(state)).count("current") == 1
