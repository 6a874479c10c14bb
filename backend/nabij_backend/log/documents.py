"""Files of the log: signed checkpoints and proofs. Pure.

A checkpoint is a signed tree head (RFC 9162 §4.10): which log, how many leaves, which root, when.
Hashes are lower-case hexadecimal.

After a restore that lost acts, a *successor log* goes on from what is left: another log by name,
whose checkpoints name each log before it, how many leaves both share, when it began and why. So a
proof belongs to one branch, and says to which.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast
from uuid import UUID

from nabij_backend.signing import JwsType, PublicKeys, verify
from nabij_consent import HASH_BYTES, LARGEST_TREE, InvalidProof, Json

_HASH = re.compile(f"[0-9a-f]{{{2 * HASH_BYTES}}}", re.ASCII)
_LONGEST_PROOF = 128


class SuccessionReason(StrEnum):
    """Why a successor log began: a restore lost acts, or nobody can tell whether it did."""

    ACTS_LOST = "acts-lost"
    NOT_KNOWN = "not-known"


@dataclass(frozen=True, slots=True)
class Succession:
    """That a log ended: ``tree_size`` of its leaves are in the one that began at ``begun_at``."""

    log_id: UUID
    tree_size: int
    begun_at: datetime
    reason: SuccessionReason

    def document(self) -> dict[str, Json]:
        """Return the succession as JSON values."""
        return {
            "log_id": str(self.log_id),
            "tree_size": self.tree_size,
            "begun_at": self.begun_at.isoformat(timespec="milliseconds"),
            "reason": self.reason.value,
        }


def handed_down(ended: Sequence[Succession]) -> dict[UUID, int]:
    """Return how many leaves of each log, oldest first, the one after all of them still has."""
    least, found = LARGEST_TREE, dict[UUID, int]()
    for each in reversed(ended):
        least = min(least, each.tree_size)
        found[each.log_id] = least
    return found


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the log had come at a moment; ``succeeds``: the logs before it, oldest first."""

    log_id: UUID
    tree_size: int
    root_hash: bytes
    signed_at: datetime
    succeeds: tuple[Succession, ...] = ()

    def document(self) -> dict[str, Json]:
        """Return the checkpoint as JSON values."""
        before = [each.document() for each in self.succeeds]
        return {
            "log_id": str(self.log_id),
            "tree_size": self.tree_size,
            "root_hash": self.root_hash.hex(),
            "signed_at": self.signed_at.isoformat(timespec="milliseconds"),
            **({"succeeds": before} if before else {}),
        }

    def end_of(self, log_id: UUID) -> Succession | None:
        """Return how the log of this id ended; None where this log is no successor of it."""
        return next((each for each in self.succeeds if each.log_id == log_id), None)

    def shared_with(self, log_id: UUID) -> int | None:
        """Return how many of its first leaves are those of the log of this id.

        None: of no such log.
        """
        if log_id == self.log_id:
            return self.tree_size
        return handed_down(self.succeeds).get(log_id)


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That a leaf is in the tree of ``tree_size`` leaves, with its signed head where one is.

    ``note`` is the same head as a signed note, ``log_id`` the log; proofs of version 0.1 have none.
    """

    leaf_hash: bytes
    leaf_index: int
    tree_size: int
    path: tuple[bytes, ...]
    checkpoint: str | None
    note: str | None = None
    log_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the tree of ``second_size`` leaves begins with that of ``first_size``.

    ``log_id`` as in ``InclusionProof``.
    """

    first_size: int
    second_size: int
    path: tuple[bytes, ...]
    log_id: UUID | None = None


def read_checkpoint(text: str, keys: PublicKeys) -> Checkpoint:
    """Return the checkpoint that a signed text is.

    Raises:
        InvalidSignature: it is not signed by one of the keys, as a checkpoint.
        InvalidProof: what was signed is no checkpoint.
    """
    document = verify(text.strip(), JwsType.CHECKPOINT, keys)
    try:
        checkpoint = Checkpoint(
            log_id=UUID(_text(document["log_id"])),
            tree_size=_size(document["tree_size"]),
            root_hash=_hash(document["root_hash"]),
            signed_at=_time(document["signed_at"]),
            succeeds=_succeeds(document.get("succeeds")),
        )
    except (KeyError, ValueError) as error:
        raise InvalidProof("What was signed is not a whole checkpoint.") from error
    if checkpoint.document() != document:
        raise InvalidProof("The checkpoint is not written as checkpoints are.")
    return checkpoint


def _succeeds(value: object) -> tuple[Succession, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise InvalidProof("Expected a list of logs.")
    return tuple(map(_succession, cast("list[object]", value)))


def _succession(value: object) -> Succession:
    if not isinstance(value, dict):
        raise InvalidProof("Expected how a log ended.")
    document = cast("dict[str, object]", value)
    return Succession(
        log_id=UUID(_text(document["log_id"])),
        tree_size=_size(document["tree_size"]),
        begun_at=_time(document["begun_at"]),
        reason=SuccessionReason(_text(document["reason"])),
    )


def read_inclusion(document: Mapping[str, object]) -> InclusionProof:
    """Return the proof that a document such as ``/v1/log/proof/inclusion`` answers is.

    Raises:
        InvalidProof: it is no such document.
    """
    try:
        checkpoint, note = document["checkpoint"], document.get("note")
        return InclusionProof(
            leaf_hash=_hash(document["leaf_hash"]),
            leaf_index=_size(document["leaf_index"]),
            tree_size=_size(document["tree_size"]),
            path=_path(document["path"]),
            checkpoint=None if checkpoint is None else _text(checkpoint),
            note=None if note is None else _text(note),
            log_id=_log_id(document),
        )
    except (KeyError, ValueError) as error:
        raise InvalidProof("The proof file is no proof of inclusion.") from error


def read_consistency(document: Mapping[str, object]) -> ConsistencyProof:
    """Return the proof that a document such as ``/v1/log/proof/consistency`` answers is.

    Raises:
        InvalidProof: it is no such document.
    """
    try:
        return ConsistencyProof(
            first_size=_size(document["first_size"]),
            second_size=_size(document["second_size"]),
            path=_path(document["path"]),
            log_id=_log_id(document),
        )
    except (KeyError, ValueError) as error:
        raise InvalidProof("The proof file is no proof of consistency.") from error


def _log_id(document: Mapping[str, object]) -> UUID | None:
    return UUID(_text(document["log_id"])) if "log_id" in document else None


def _time(value: object) -> datetime:
    time = datetime.fromisoformat(_text(value))
    if time.utcoffset() != timedelta(0):
        raise InvalidProof("A time is in UTC.")
    return time


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidProof("Expected text.")
    return value


def _size(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_TREE:
        raise InvalidProof("Expected a number of leaves.")
    return value


def _hash(value: object) -> bytes:
    if not _HASH.fullmatch(_text(value)):
        raise InvalidProof("A hash is 64 lower-case hexadecimal digits.")
    return bytes.fromhex(_text(value))


def _path(value: object) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(cast("list[object]", value)) > _LONGEST_PROOF:
        raise InvalidProof("Expected a list of hashes, 128 at most.")
    return tuple(_hash(each) for each in cast("list[object]", value))
