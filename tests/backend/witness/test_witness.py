"""What a witness cosigns, what it refuses, and what it remembers."""

import json
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nabij_backend.signed_notes import Note, TreeHead, read_note, witnessed
from nabij_backend.witness.service import SIZE_TYPE, WitnessAnswer, add_checkpoint, logs_of
from nabij_backend.witness.state import DamagedState, InUse, OtherWitnessName, WitnessState, opened
from tests.backend.witness.logs import MadeUpLog

NAME = "witness.example/w1"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HONEST = MadeUpLog(tuple("abcdefgh"))
OTHER = MadeUpLog((*"abcd", *"EFGH"))


def seed(length: int) -> bytes:
    return bytes([1] * length)


@dataclass
class Witness:
    """A witness of one log."""

    state: WitnessState
    evidence: list[tuple[TreeHead, str]] = field(default_factory=list[tuple[TreeHead, str]])

    def shown(self, body: bytes) -> WitnessAnswer:
        logs = logs_of([HONEST.key])
        return add_checkpoint(self.state, logs, self.keep, body, NOW)

    def keep(self, last: TreeHead, note: str) -> None:
        self.evidence.append((last, note))


@pytest.fixture
def witness(tmp_path: Path) -> Generator[Witness]:
    with opened(tmp_path / "state.json", NAME, seed) as state:
        yield Witness(state)


def cosigned(witness: Witness, note: Note, answer: WitnessAnswer) -> bool:
    """Whether the answer is the witness's signature over this note's head."""
    assert (answer.status, answer.media_type) == (200, "text/plain; charset=utf-8")
    whole = read_note(note.text + answer.text)
    return witnessed(whole, [witness.state.memory.key]) == {witness.state.memory.key: NOW}


def test_a_log_that_grows_is_cosigned(witness: Witness) -> None:
    for old, size in ((0, 1), (1, 3), (3, 3), (3, 8)):
        assert cosigned(witness, HONEST.note(size), witness.shown(HONEST.submission(old, size)))


def test_a_log_that_is_first_seen_late_is_cosigned(witness: Witness) -> None:
    assert cosigned(witness, HONEST.note(7), witness.shown(HONEST.submission(0, 7)))


def test_a_log_that_forgot_how_far_it_was_is_told(witness: Witness) -> None:
    witness.shown(HONEST.submission(0, 5))
    for old in (0, 4):
        answer = witness.shown(HONEST.submission(old, 8))
        assert (answer.status, answer.text, answer.media_type) == (409, "5\n", SIZE_TYPE)
    assert cosigned(witness, HONEST.note(8), witness.shown(HONEST.submission(5, 8)))


def test_a_log_that_shrank_is_told_what_was_seen(witness: Witness) -> None:
    witness.shown(HONEST.submission(0, 5))
    answer = witness.shown(HONEST.submission(0, 3))
    assert (answer.status, answer.text) == (409, "5\n")
    assert witness.shown(HONEST.submission(5, 3)).status == 400


@pytest.mark.parametrize(("size", "status"), [(5, 409), (8, 422)])
def test_another_history_is_not_cosigned_and_is_evidence(
    witness: Witness, size: int, status: int
) -> None:
    witness.shown(HONEST.submission(0, 5))
    assert witness.shown(OTHER.submission(5, size)).status == status
    assert witness.evidence == [(HONEST.note(5).head, OTHER.note(size).text)]
    assert cosigned(witness, HONEST.note(8), witness.shown(HONEST.submission(5, 8)))


@pytest.mark.parametrize("proof", [(), (bytes(32),), (bytes(32),) * 63])
def test_growth_without_its_proof_is_not_cosigned(
    witness: Witness, proof: tuple[bytes, ...]
) -> None:
    witness.shown(HONEST.submission(0, 5))
    assert witness.shown(HONEST.submission(5, 8, proof=proof)).status == 422
    assert witness.state.memory.heads[HONEST.origin].size == 5


def test_from_nothing_there_is_no_proof(witness: Witness) -> None:
    assert witness.shown(HONEST.submission(0, 5, proof=(bytes(32),))).status == 422
    assert witness.state.memory.heads == {}


def test_an_unknown_log_and_an_unknown_key_are_refused(witness: Witness) -> None:
    stranger = MadeUpLog(HONEST.words, origin="other.example/log")
    assert witness.shown(stranger.submission(0, 5)).status == 404
    forged = stranger.note(5).lines[0].encode()
    real = HONEST.note(5).lines[0].encode()
    assert witness.shown(HONEST.submission(0, 5).replace(real, forged)).status == 403
    assert witness.shown(HONEST.submission(0, 5).replace(b"\n5\n", b"\n6\n")).status == 403
    assert witness.state.memory.heads == {}


BODY = HONEST.submission(0, 5)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"old 0", b"\xff" + BODY, b"old 0\n\n", BODY[:-1], BODY.replace(b"old ", b"")),
        *(BODY.replace(b"old 0", b"old 00"), BODY.replace(b"old 0", b"old -1")),
        *(BODY.replace(b"old 0\n", b"old 0\nno hash\n"), BODY.replace(b"old 0\n", b"old 0\r\n")),
        BODY.replace(b"old 0\n", b"old 0\n" + b"AAAA\n" * 64),
        BODY.replace(b"old 0", b"old 6"),
    ],
)
def test_what_is_no_request_is_refused(witness: Witness, body: bytes) -> None:
    answer = witness.shown(body)
    assert answer.status == 400
    assert "no hash" not in answer.text


def test_it_remembers_over_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with opened(file, NAME, seed) as state:
        Witness(state).shown(HONEST.submission(0, 5))
        first = state.memory
    assert file.stat().st_mode & 0o777 == 0o600
    with opened(file, NAME, bytes) as state:
        assert state.memory == first
        assert Witness(state).shown(OTHER.submission(5, 8)).status == 422


def test_what_cannot_be_kept_is_not_cosigned(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with opened(folder / "state.json", NAME, seed) as state:
        (folder / "state.json").rename(tmp_path / "elsewhere")
        (folder / "state.json.lock").unlink()
        folder.rmdir()
        with pytest.raises(OSError, match="No such file"):
            Witness(state).shown(HONEST.submission(0, 5))
        assert state.memory.heads == {}


def test_two_never_remember_apart(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with opened(file, NAME, seed), pytest.raises(InUse), opened(file, NAME, seed):
        pass


def test_a_file_of_another_witness_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path / "state.json", NAME, seed):
        pass
    with pytest.raises(OtherWitnessName), opened(tmp_path / "state.json", "other.example", seed):
        pass


@pytest.mark.parametrize(
    "changes",
    [
        *({"seed": "00"}, {"seed": None}, {"heads": []}, {"heads": {"a": {}}}),
        {"heads": {"a": {"size": 0, "root": "00" * 32}}},
        {"heads": {"a": {"size": 1, "root": "00"}}},
        {"heads": {"a": {"size": "1", "root": "00" * 32}}},
    ],
    ids=str,
)
def test_a_damaged_file_is_no_new_beginning(tmp_path: Path, changes: dict[str, object]) -> None:
    file = tmp_path / "state.json"
    with opened(file, NAME, seed):
        pass
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))
    with pytest.raises(DamagedState), opened(file, NAME, seed):
        pass
    for text in ("", "[]", "{}"):
        file.write_text(text)
        with pytest.raises(DamagedState), opened(file, NAME, seed):
            pass
