"""What the ledger says can be read again, whatever cut a line short."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from nabij_backend.rights.erasure.ledger import (
    Erasure,
    InvalidLedger,
    append,
    forget,
    pseudonym_of,
    read,
)

KEY = bytes(range(32))
PERSON = UUID("7a0e2b1c-0000-4000-8000-000000000001")
NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
ERASURE = Erasure(pseudonym_of(PERSON, KEY), NOW)


def test_what_was_appended_is_read_in_order(tmp_path: Path) -> None:
    other = Erasure(bytes(32), NOW)
    for each in (ERASURE, other):
        append(tmp_path / "ledger", each)
    assert read([tmp_path / "ledger"]) == [ERASURE, other]


def test_several_ledgers_are_read_as_one(tmp_path: Path) -> None:
    append(tmp_path / "a", ERASURE)
    append(tmp_path / "b", ERASURE)
    assert read([tmp_path / "a", tmp_path / "b"]) == [ERASURE, ERASURE]


def test_a_line_after_one_that_was_cut_short_stands_alone(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text('{"pseudonym": "52')
    append(tmp_path / "ledger", ERASURE)
    with pytest.raises(InvalidLedger, match=r"^Line 1 of a ledger is damaged") as caught:
        read([tmp_path / "ledger"])
    assert "52" not in str(caught.value)
    _, kept = (tmp_path / "ledger").read_text().splitlines()
    (tmp_path / "ledger").write_text(kept)
    assert read([tmp_path / "ledger"]) == [ERASURE]


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        "[]",
        '{"pseudonym": "00"}',
        '{"pseudonym": "zz", "erased_at": "2026-06-01T09:30:00+00:00"}',
        '{"pseudonym": "00", "erased_at": "2026-06-01T09:30:00+00:00"}',
        '{"pseudonym": "' + "00" * 32 + '", "erased_at": "2026-06-01T09:30:00"}',
    ],
)
def test_a_line_that_is_no_erasure_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "ledger").write_text(line)
    with pytest.raises(InvalidLedger):
        read([tmp_path / "ledger"])


def test_a_pseudonym_needs_the_key(tmp_path: Path) -> None:
    assert pseudonym_of(PERSON, KEY) != pseudonym_of(PERSON, bytes(32))
    append(tmp_path / "ledger", ERASURE)
    assert str(PERSON) not in (tmp_path / "ledger").read_text()
    assert ERASURE.pseudonym.hex() not in repr(ERASURE)


def of_day(day: int) -> Erasure:
    return Erasure(bytes([day]) * 32, NOW.replace(day=day))


def test_what_is_forgotten_is_gone_from_the_file_and_the_rest_stays(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    for day in (1, 2, 3):
        append(file, of_day(day))
    assert forget(file, NOW.replace(day=2)) == 2
    assert read([file]) == [of_day(3)]
    assert of_day(1).pseudonym.hex() not in file.read_text()
    assert [each.name for each in tmp_path.iterdir()] == ["ledger"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert forget(file, NOW.replace(day=2)) == 0


def test_where_nobody_was_erased_nothing_is_made(tmp_path: Path) -> None:
    assert forget(tmp_path / "ledger", NOW) == 0
    assert list(tmp_path.iterdir()) == []


def test_of_a_damaged_ledger_nothing_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    append(file, ERASURE)
    file.write_text(file.read_text() + "half a li")
    before = file.read_bytes()
    with pytest.raises(InvalidLedger):
        forget(file, NOW.replace(day=30))
    assert file.read_bytes() == before


def test_no_line_is_lost_between_who_appends_and_who_removes(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    old = NOW.replace(year=2020)
    new = [Erasure(number.to_bytes(32, "big"), NOW) for number in range(200)]

    def append_all(erasures: list[Erasure]) -> None:
        for each in erasures:
            append(file, Erasure(each.pseudonym[::-1], old))
            append(file, each)

    with ThreadPoolExecutor(5) as workers:
        tasks = [workers.submit(append_all, new[part::4]) for part in range(4)]
        while not all(each.done() for each in tasks):
            forget(file, old)
    for each in tasks:
        each.result()
    forget(file, old)
    assert sorted(read([file]), key=lambda each: each.pseudonym) == new
