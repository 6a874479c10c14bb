"""Cosigning of checkpoints (c2sp.org/tlog-witness).

Rules:

1. a log is known by its origin, and signs with one of the keys that the witness was given;
2. the witness cosigns a head that is the last one grown, as a proof shows, or the last one itself.
   Of two heads that do not go together it cosigns the one that came first, and no other ever;
3. the new head is on disk before the cosignature leaves;
4. a head that does not go with the last one, though the log signed it, is evidence: it is handed to
   ``Evidence`` together with the last one.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final, TypeAlias

from nabij_backend import signed_notes as notes
from nabij_backend.signed_notes import InvalidNote, NoteKey, TreeHead
from nabij_backend.witness.state import WitnessState
from nabij_consent import InvalidProof, verify_consistency

SIZE_TYPE: Final = "text/x.tlog.size"
_TEXT: Final = "text/plain; charset=utf-8"
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)
_LONGEST_PROOF: Final = 63

Logs: TypeAlias = Mapping[str, Sequence[NoteKey]]
"""The keys that each log signs with, by origin."""

Evidence: TypeAlias = Callable[[TreeHead, str], None]
"""Takes the head that was cosigned last, and the note that does not go with it."""


@dataclass(frozen=True, slots=True)
class WitnessAnswer:
    """What the log is told."""

    status: HTTPStatus
    text: str
    media_type: str = _TEXT


def logs_of(keys: Sequence[NoteKey]) -> Logs:
    """Return the logs that these keys are of: a log's keys bear its origin as their name."""
    origins = {key.name for key in keys}
    return {origin: [key for key in keys if key.name == origin] for origin in origins}


@dataclass(frozen=True, slots=True)
class Submission:
    """A new head, the size that its log believes we cosigned last, and the proof between both."""

    old_size: int
    proof: tuple[bytes, ...]
    note: notes.Note


def read_submission(body: bytes) -> Submission:
    """Return the request of a log.

    Raises:
        InvalidNote: it is none.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise InvalidNote("The request is not UTF-8.") from error
    head, empty, note = text.partition("\n\n")
    first, *hashes = head.split("\n")
    old = _OLD.fullmatch(first)
    if old is None or not empty or len(hashes) > _LONGEST_PROOF:
        raise InvalidNote("Begin with `old SIZE`, at most 63 hashes and an empty line.")
    return Submission(int(old[1]), tuple(map(notes.decode, hashes)), notes.read_note(note))


def add_checkpoint(
    state: WitnessState, logs: Logs, evidence: Evidence, body: bytes, now: datetime
) -> WitnessAnswer:
    """Cosign the head that a log shows, or say why not.

    Raises:
        OSError: the head cannot be kept, or evidence not; nothing was cosigned.
    """
    try:
        submission = read_submission(body)
        head = submission.note.head
        if head.origin not in logs:
            return WitnessAnswer(HTTPStatus.NOT_FOUND, "This witness does not know the log.\n")
        notes.require_signed(submission.note, logs[head.origin])
    except notes.NotSigned as error:
        return WitnessAnswer(HTTPStatus.FORBIDDEN, f"{error}\n")
    except InvalidNote as error:
        return WitnessAnswer(HTTPStatus.BAD_REQUEST, f"{error}\n")
    return _decide(state, submission, evidence, now)


def _decide(
    state: WitnessState, submission: Submission, evidence: Evidence, now: datetime
) -> WitnessAnswer:
    head, old_size = submission.note.head, submission.old_size
    if old_size > head.size or head.size == 0:
        return WitnessAnswer(
            HTTPStatus.BAD_REQUEST, "The old size is larger than the new, or both are 0.\n"
        )
    last = state.memory.heads.get(head.origin)
    last_size = 0 if last is None else last.size
    if old_size != last_size:
        return WitnessAnswer(HTTPStatus.CONFLICT, f"{last_size}\n", SIZE_TYPE)
    if last is not None and not _goes_with(last, submission):
        evidence(last, submission.note.text)
        return _refused(last, head)
    if last is None and submission.proof:
        return WitnessAnswer(HTTPStatus.UNPROCESSABLE_ENTITY, "From size 0 on there is no proof.\n")
    if head != last:
        state.keep(head)
    cosigned = notes.cosign(head, state.memory.name, state.memory.private, now)
    return WitnessAnswer(HTTPStatus.OK, f"{cosigned}\n")


def _goes_with(last: TreeHead, submission: Submission) -> bool:
    head = submission.note.head
    try:
        verify_consistency(last.size, head.size, last.root, head.root, submission.proof)
    except InvalidProof:
        return False
    return True


def _refused(last: TreeHead, head: TreeHead) -> WitnessAnswer:
    if head.size == last.size:
        return WitnessAnswer(HTTPStatus.CONFLICT, f"{last.size}\n", SIZE_TYPE)
    return WitnessAnswer(
        HTTPStatus.UNPROCESSABLE_ENTITY, "The proof does not show that the log grew.\n"
    )
