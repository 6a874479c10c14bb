"""Nothing that must not stay is found in any byte that is kept, logged or sent."""

import base64
from collections.abc import Callable, Generator

import pytest

from nabij_backend.app import described_api
from nabij_geo import Cell, Position
from tests.canary.__main__ import table
from tests.canary.bodies import BODIES
from tests.canary.places import PLACES
from tests.canary.run import Outcome, Searched, run
from tests.canary.values import Canaries, Search, ToTenMetres
from tests.web.browser import missing, open_eyes

SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "UTF-16": lambda text: text.encode("utf-16-le"),
    **{
        f"base64 behind {before}": lambda text, before=before: base64.b64encode(
            b"." * before + text.encode() + b"."
        )
        for before in range(4)
    },
}


def test_every_request_with_a_body_is_among_them() -> None:
    described = {
        f"{method.upper()} {path}"
        for path, methods in described_api().openapi()["paths"].items()
        for method, operation in methods.items()
        if "requestBody" in operation
    }
    assert set(BODIES) == described


@pytest.fixture(scope="module")
def outcome() -> Generator[Outcome]:
    """What was found."""
    if reason := missing():
        pytest.skip(reason)
    with open_eyes() as eyes:
        yield run(eyes)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_found_but_the_leak_made_on_purpose(outcome: Outcome, place: str) -> None:
    searched = outcome.places[place]
    assert searched.hits == {}
    assert searched.control


def test_a_hit_is_told_and_so_is_a_blind_search() -> None:
    places = {"log": Searched([9, 1], {"a phone's position": 2}), "wal": Searched(control=True)}
    found = Outcome([], places)
    assert not found.is_good
    said = table(found)
    assert "2 of a phone's position" in said
    assert said.count("NOT FOUND") == 1


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_texts_and_ids_are_found_in_any_spelling(spelling: str) -> None:
    canaries = Canaries()
    spell = SPELLINGS[spelling]
    dashed, undashed, texts = canaries.uuid(), canaries.uuid(), (canaries.text(), canaries.slug())
    canaries.text()  # which is nowhere
    content = b"\n".join(spell(each) for each in (*texts, str(dashed), undashed.hex))
    found = set(Search(canaries.mark, canaries.made).found(content))
    assert found == {dashed, undashed, *texts}


@pytest.mark.parametrize(
    "told",
    [
        b'{"lat": 61.1234567}',
        b"POINT(24.123456 61)",
        "61.12345".encode("utf-16-le"),
        bytes.fromhex("6d7cdc6dcd8f4e40"),  # 61.1234567 as in WKB
        b"01010000006D7CDC6DCD8F4E40",
        (61_123_457).to_bytes(4, "little") + (24_123_457).to_bytes(4, "little"),
    ],
)
def test_a_position_is_found_in_any_spelling(told: bytes) -> None:
    position = Position(61.1234567, 24.1234567)
    search = Search(b"no mark", {position})
    assert set(search.found(told)) == {position}
    assert set(search.found(b'{"lat": 61.1, "lon": 24.1}')) == set()


def test_ten_metres_and_a_square_are_found() -> None:
    position = Position(61.1234567, 24.1234567)
    cell = Cell.containing(position)
    search = Search(b"no mark", {ToTenMetres(position), cell})
    content = f"61.1234 {cell.code}".encode()
    assert set(search.found(content)) == {ToTenMetres(position), cell}
