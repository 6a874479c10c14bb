"""What the log says, as it is kept in files: signed checkpoints and proofs. Pure.

A checkpoint is a signed tree head (RFC 9162 §4.10): which log, how many leaves, which root, when.
Hashes are lower-case hexadecimal.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from nabij_backend.signing import Kind, PublicKeys, verify
from nabij_consent import HASH_BYTES, LARGEST_TREE, InvalidProof

_HASH = re.compile(f"[0-9a-f]{{{2 * HASH_BYTES}}}", re.ASCII)
_LONGEST_PROOF = 128


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the log had come at a moment."""

    log_id: UUID
    tree_size: int
    root_hash: bytes
    signed_at: datetime

    def document(self) -> dict[str, str | int]:
        """The checkpoint as JSON values."""
        return {
            "log_id": str(self.log_id),
            "tree_size": self.tree_size,
            "root_hash": self.root_hash.hex(),
            "signed_at": self.signed_at.isoformat(timespec="milliseconds"),
        }


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That a leaf is in the tree of ``tree_size`` leaves, with its signed head where one is.

    ``note`` is the same head as a signed note; proofs of version 0.1 have none.
    """

    leaf_hash: bytes
    leaf_index: int
    tree_size: int
    path: tuple[bytes, ...]
    checkpoint: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the tree of ``second_size`` leaves begins with that of ``first_size``."""

    first_size: int
    second_size: int
    path: tuple[bytes, ...]


def read_checkpoint(text: str, keys: PublicKeys) -> Checkpoint:
    """The checkpoint that a signed text is.

    Raises:
        InvalidSignature: it is not signed by one of the keys, as a checkpoint.
        InvalidProof: what was signed is no checkpoint.
    """
    document = verify(text.strip(), Kind.CHECKPOINT, keys)
    try:
        checkpoint = Checkpoint(
            log_id=UUID(_text(document["log_id"])),
            tree_size=_size(document["tree_size"]),
            root_hash=_hash(document["root_hash"]),
            signed_at=datetime.fromisoformat(_text(document["signed_at"])),
        )
    except (KeyError, ValueError) as error:
        raise InvalidProof("What was signed is not a whole checkpoint.") from error
    if checkpoint.signed_at.utcoffset() != timedelta(0) or checkpoint.document() != document:
        raise InvalidProof("The checkpoint is not written as checkpoints are.")
    return checkpoint


def read_inclusion(document: Mapping[str, object]) -> InclusionProof:
    """The proof that a document such as ``/v1/log/proof/inclusion`` answers is.

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
        )
    except (KeyError, ValueError) as error:
        raise InvalidProof("The proof file is no proof of inclusion.") from error


def read_consistency(document: Mapping[str, object]) -> ConsistencyProof:
    """The proof that a document such as ``/v1/log/proof/consistency`` answers is.

    Raises:
        InvalidProof: it is no such document.
    """
    try:
        return ConsistencyProof(
            first_size=_size(document["first_size"]),
            second_size=_size(document["second_size"]),
            path=_path(document["path"]),
        )
    except (KeyError, ValueError) as error:
        raise InvalidProof("The proof file is no proof of consistency.") from error


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
