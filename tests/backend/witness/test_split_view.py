"""A log that shows people different histories is found, a hundred times of a hundred.

Three witnesses watch a log whose operator lies as well as can be: the operator has the log's key,
chooses which history each witness sees, when, and how often it is asked. Whoever asks for two of
the three never believes both histories, and whoever was shown the other one finds out.
"""

import random
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nabij_backend.signed_notes import Note, NoteKey, read_note, require_signed, witnessed
from nabij_backend.witness.service import SIZE_TYPE, add_checkpoint, logs_of
from nabij_backend.witness.state import WitnessState, opened
from tests.backend.witness.logs import MadeUpLog

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
QUORUM = 2


def histories(chance: random.Random) -> tuple[MadeUpLog, MadeUpLog]:
    """Two that begin alike and go apart at some leaf."""
    shared = chance.randrange(40)
    words = [f"{chance.random()}" for _ in range(shared)]
    return (
        MadeUpLog((*words, *(f"a{each}" for each in range(chance.randint(1, 20))))),
        MadeUpLog((*words, *(f"b{each}" for each in range(chance.randint(1, 20))))),
    )


@contextmanager
def three(folder: Path, chance: random.Random) -> Generator[list[WitnessState]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                opened(folder / f"{number}.json", f"w{number}.example", chance.randbytes)
            )
            for number in range(3)
        ]


def asked(state: WitnessState, log: MadeUpLog, size: int, evidence: list[str]) -> str:
    """The witness's line, if it cosigns this head; the operator begins where the witness says."""
    old = 0
    for _ in range(2):
        answer = add_checkpoint(
            state,
            logs_of([log.key]),
            lambda _last, note: evidence.append(note),
            log.submission(old, size),
            NOW,
        )
        if answer.status == 200:
            return answer.text
        if answer.media_type != SIZE_TYPE or int(answer.text) > size:
            return ""
        old = int(answer.text)
    return ""


def seen_by(note: Note, lines: Sequence[str], keys: Sequence[NoteKey]) -> int:
    return len(witnessed(read_note(note.text + "".join(lines)), keys))


@pytest.mark.parametrize("number", range(100))
def test_a_split_view_is_found(tmp_path: Path, number: int) -> None:
    chance = random.Random(number)  # noqa: S311 - a different lie each time, the same in every run
    first, second = histories(chance)
    evidence: list[str] = []
    with three(tmp_path, chance) as states:
        keys = [state.memory.key for state in states]
        heads = [(log, len(log.words)) for log in (first, second)]
        for log, size in heads:  # some growth that both go through, to which nobody objects
            for state in chance.sample(states, 3):
                asked(state, log, chance.randint(1, size), [])
        lines: dict[int, set[str]] = {0: set(), 1: set()}
        for _ in range(12):  # every witness is asked about either, over and over
            which = chance.randrange(2)
            line = asked(chance.choice(states), *heads[which], evidence)
            lines[which] |= {line} - {""}
        for which in range(2):
            for state in states:
                lines[which] |= {asked(state, *heads[which], evidence)} - {""}
        seen = [
            seen_by(log.note(size), sorted(lines[which]), keys)
            for which, (log, size) in enumerate(heads)
        ]
    for log, size in heads:  # without witnesses, either history is believed
        require_signed(log.note(size), [log.key])
    assert sum(seen) <= 3
    assert min(seen) < QUORUM
    assert set(evidence) <= {log.note(size).text for log, size in heads}
