"""What the ledger says can be read again, whatever cut a line short."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from nabij_backend.identity.keys import installation_of
from nabij_backend.rights.erasure.ledger import (
    Erasure,
    InvalidLedger,
    append,
    forget,
    pseudonym_of,
    read,
    require_usable,
)

KEY = bytes(range(32))
OURS = installation_of(KEY)
PERSON = UUID("7a0e2b1c-0000-4000-8000-000000000001")
NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
ERASURE = Erasure(pseudonym_of(PERSON, KEY), NOW)


def test_what_was_appended_is_read_in_order(tmp_path: Path) -> None:
    other = Erasure(bytes(32), NOW)
    for each in (ERASURE, other):
        append(tmp_path / "ledger", each, OURS)
    assert read([tmp_path / "ledger"], OURS) == [ERASURE, other]


def test_several_ledgers_are_read_as_one(tmp_path: Path) -> None:
    append(tmp_path / "a", ERASURE, OURS)
    append(tmp_path / "b", ERASURE, OURS)
    assert read([tmp_path / "a", tmp_path / "b"], OURS) == [ERASURE, ERASURE]


def test_what_a_crash_cut_short_was_never_acknowledged_and_gives_way(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    append(file, ERASURE, OURS)
    whole = file.read_bytes()
    file.write_bytes(whole + whole[-50:-1])
    assert read([file], OURS) == [ERASURE]
    append(file, of_day(2), OURS)
    assert read([file], OURS) == [ERASURE, of_day(2)]
    assert file.read_bytes().startswith(whole)


DAMAGES: dict[str, Callable[[list[str]], list[str]]] = {
    "the head is gone": lambda lines: lines[1:],
    "the head is empty": lambda lines: ["", *lines[1:]],
    "all are gone but for an empty one": lambda _lines: [""],
    "the head is another": lambda lines: ['{"installation": "00"}', *lines[1:]],
    "the first is gone": lambda lines: [lines[0], *lines[2:]],
    "one in between is gone": lambda lines: [*lines[:2], *lines[3:]],
    "two have changed places": lambda lines: [*lines[:2], lines[3], lines[2]],
    "one is there twice": lambda lines: [*lines, lines[3]],
    "one is somebody else": lambda lines: [*lines[:3], lines[3].replace("03", "04", 1)],
    "one is of another time": lambda lines: [*lines[:3], lines[3].replace("06-03", "06-04")],
    "one is no JSON": lambda lines: [*lines[:3], "no JSON"],
    "one is a list": lambda lines: [*lines[:3], "[]"],
    "one is empty": lambda lines: [*lines[:2], "", *lines[2:]],
    "one is written otherwise": lambda lines: [*lines[:3], lines[3].replace(": ", ":")],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_ledger_that_was_edited_is_refused(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "ledger"
    for day in (1, 2, 3):
        append(file, of_day(day), OURS)
    lines = DAMAGES[damage](file.read_text().splitlines())
    file.write_text("".join(f"{line}\n" for line in lines))
    before = file.read_bytes()
    for use in (
        lambda: read([file], OURS),
        lambda: append(file, ERASURE, OURS),
        lambda: forget(file, NOW.replace(day=30)),
        lambda: require_usable(file, OURS),
    ):
        with pytest.raises(InvalidLedger, match=r"^Line [1-5] of a ledger is damaged"):
            use()
    assert file.read_bytes() == before


def test_the_ledger_of_another_installation_or_key_is_refused(tmp_path: Path) -> None:
    file, foreign = tmp_path / "ledger", installation_of(bytes(32))
    append(file, ERASURE, OURS)
    before = file.read_bytes()
    for use in (
        lambda: read([file], foreign),
        lambda: append(file, ERASURE, foreign),
        lambda: require_usable(file, foreign),
    ):
        with pytest.raises(InvalidLedger, match="another installation"):
            use()
    assert file.read_bytes() == before
    assert KEY.hex() not in file.read_text()


def test_an_empty_ledger_is_anybodys(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    file.touch()
    assert read([file], OURS) == []
    require_usable(file, OURS)
    append(file, ERASURE, OURS)
    assert read([file], OURS) == [ERASURE]


def test_a_pseudonym_needs_the_key(tmp_path: Path) -> None:
    assert pseudonym_of(PERSON, KEY) != pseudonym_of(PERSON, bytes(32))
    append(tmp_path / "ledger", ERASURE, OURS)
    assert str(PERSON) not in (tmp_path / "ledger").read_text()
    assert ERASURE.pseudonym.hex() not in repr(ERASURE)


def of_day(day: int) -> Erasure:
    return Erasure(bytes([day]) * 32, NOW.replace(day=day))


def test_what_is_forgotten_is_gone_from_the_file_and_the_rest_stays(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    for day in (1, 2, 3):
        append(file, of_day(day), OURS)
    assert forget(file, NOW.replace(day=2)) == 2
    assert read([file], OURS) == [of_day(3)]
    assert of_day(1).pseudonym.hex() not in file.read_text()
    assert [each.name for each in tmp_path.iterdir()] == ["ledger"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert forget(file, NOW.replace(day=2)) == 0


def test_where_nobody_was_erased_nothing_is_made(tmp_path: Path) -> None:
    assert forget(tmp_path / "ledger", NOW) == 0
    assert list(tmp_path.iterdir()) == []


def test_no_line_is_lost_between_who_appends_and_who_removes(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    old = NOW.replace(year=2020)
    new = [Erasure(number.to_bytes(32, "big"), NOW) for number in range(200)]

    def append_all(erasures: list[Erasure]) -> None:
        for each in erasures:
            append(file, Erasure(each.pseudonym[::-1], old), OURS)
            append(file, each, OURS)

    with ThreadPoolExecutor(5) as workers:
        tasks = [workers.submit(append_all, new[part::4]) for part in range(4)]
        while not all(each.done() for each in tasks):
            forget(file, old)
    for each in tasks:
        each.result()
    forget(file, old)
    assert sorted(read([file], OURS), key=lambda each: each.pseudonym) == new
