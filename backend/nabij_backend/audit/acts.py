"""Checks of one person's acts. Pure.

Rules:

1. acts are numbered 1, 2, 3 and so on: a number that is missing is an act that was deleted;
2. an act's leaf follows from its row, salt and notice: another leaf is an act that was edited;
3. the leaf is in the log, or on its way there;
4. acts stand in the log in the order of their numbers;
5. the grants that live are those that the acts give (``derived``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from uuid import UUID

from nabij_backend.audit.derived import Grants, derived_grants
from nabij_backend.audit.findings import AuditFault, AuditFinding
from nabij_consent import Notice, RecordedEvent


@dataclass(frozen=True, slots=True)
class StoredAct:
    """An act as stored; ``recorded`` None: no such act could have been recorded.

    ``position`` is its leaf's place in the log, None where it has none.
    """

    number: int
    recorded: RecordedEvent | None
    salt: bytes = field(repr=False)
    leaf_hash: bytes
    position: int | None
    is_pending: bool

    @property
    def is_whole(self) -> bool:
        """Whether the leaf follows from the row."""
        return self.recorded is not None and self.recorded.leaf_hash(self.salt) == self.leaf_hash


def person_findings(
    subject_id: UUID, acts: Sequence[StoredAct], live: Grants, notices: Mapping[int, Notice]
) -> Iterator[AuditFinding]:
    """Yield the faults among the acts of one person, by number, and among the grants that live."""
    person = f"subject {subject_id}"
    yield from _missing(person, acts)
    for act in acts:
        if not act.is_whole:
            yield AuditFinding(AuditFault.EDITED_ACT, f"{person}, act {act.number}")
        elif act.position is None and not act.is_pending:
            yield AuditFinding(AuditFault.UNLOGGED_ACT, f"{person}, act {act.number}")
    places = [act.position for act in acts if act.position is not None]
    if places != sorted(places):
        yield AuditFinding(AuditFault.REORDERED_ACTS, person)
    yield from _wrong_grants(person, acts, live, notices)


def _missing(person: str, acts: Sequence[StoredAct]) -> Iterator[AuditFinding]:
    numbers = [0, *(act.number for act in acts)]
    for before, number in pairwise(numbers):
        if number > before + 1:
            yield AuditFinding(
                AuditFault.DELETED_ACT, f"{person}, between acts {before} and {number}"
            )


def _wrong_grants(
    person: str, acts: Sequence[StoredAct], live: Grants, notices: Mapping[int, Notice]
) -> Iterator[AuditFinding]:
    recorded = [(act.recorded, act.leaf_hash) for act in acts if act.recorded is not None]
    known = [leaf for leaf in recorded if leaf[0].act.notice_version in notices]
    given = derived_grants(known, notices)
    for key in sorted(given.keys() | live.keys()):
        if given.get(key) != live.get(key):
            purpose, signal = key
            yield AuditFinding(AuditFault.WRONG_GRANT, f"{person}, {purpose} {signal}")
