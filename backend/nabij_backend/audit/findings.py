"""Findings of an audit. A row is named by pseudonym and number, and shows nothing else."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

_MOST_NAMED = 100


class AuditFault(StrEnum):
    """What is wrong."""

    EDITED_ACT = "edited-act"
    DELETED_ACT = "deleted-act"
    REORDERED_ACTS = "reordered-acts"
    UNLOGGED_ACT = "unlogged-act"
    EDITED_NOTICE = "edited-notice"
    WRONG_GRANT = "wrong-grant"
    UNCOVERED_STATUS = "uncovered-status"
    DAMAGED_TREE = "damaged-tree"
    FORGED_CHECKPOINT = "forged-checkpoint"
    TRUNCATED_LOG = "truncated-log"
    REWRITTEN_LOG = "rewritten-log"
    OTHER_LOG = "other-log"


WORDS = {
    AuditFault.EDITED_ACT: "an act says something else than its leaf committed to",
    AuditFault.DELETED_ACT: "an act is missing",
    AuditFault.REORDERED_ACTS: "acts of a person have other places than the order they came in",
    AuditFault.UNLOGGED_ACT: "an act's leaf is neither in the log nor on its way there",
    AuditFault.EDITED_NOTICE: "a notice has another text than its digest says",
    AuditFault.WRONG_GRANT: "a grant is not what the person's acts give",
    AuditFault.UNCOVERED_STATUS: "a status is kept without a live grant",
    AuditFault.DAMAGED_TREE: "the stored tree does not follow from its leaves",
    AuditFault.FORGED_CHECKPOINT: "a checkpoint is not signed by us, or not for this tree",
    AuditFault.TRUNCATED_LOG: "the log is shorter than a checkpoint says",
    AuditFault.REWRITTEN_LOG: "the log does not begin with the tree of the checkpoint kept"
    " elsewhere",
    AuditFault.OTHER_LOG: "the checkpoint kept elsewhere is of another log",
}


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One fault and where it is."""

    fault: AuditFault
    where: str


@dataclass(slots=True)
class Findings:
    """All faults by number, and the first of them by name.

    ``settled`` is no fault: so many leaves without an act were let into the log by operators.
    """

    counts: Counter[AuditFault] = field(default_factory=Counter[AuditFault])
    settled: int = 0
    named: list[AuditFinding] = field(default_factory=list[AuditFinding])

    def add(self, finding: AuditFinding) -> None:
        """Count it, and name it unless very many are named already."""
        self.counts[finding.fault] += 1
        if len(self.named) < _MOST_NAMED:
            self.named.append(finding)
