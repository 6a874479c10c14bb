"""State of a witness: its key, and the checkpoint that it cosigned last of each log.

Both are in one file. A witness that forgot what it has seen could cosign another history; who loses
this file has lost the key with it, and begins as another witness.
"""

import fcntl
import json
import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nabij_backend.errors import UserError
from nabij_backend.signed_notes import InvalidNote, NoteKey, NoteKind, TreeHead

_SEED_BYTES = 32


class DamagedState(UserError):
    """The witness's file is damaged, or is not a witness's.

    Put it back as it was just before. An older copy would let the log take back what came since: of
    that, or without any copy, begin with a new file, as another witness.
    """


class OtherWitnessName(UserError):
    """The file belongs to a witness of another name.

    Give its own name with --name, or another file with --state.
    """


class InUse(UserError):
    """Another process uses this file.

    Stop it first: two who remember apart would cosign apart.
    """


@dataclass(frozen=True, slots=True)
class WitnessMemory:
    """The content of the file; ``heads`` by origin."""

    name: str
    seed: bytes
    heads: Mapping[str, TreeHead]

    @property
    def private(self) -> Ed25519PrivateKey:
        """The key that cosigns."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def key(self) -> NoteKey:
        """The key that cosignatures are verified with."""
        public = self.private.public_key().public_bytes_raw()
        return NoteKey(self.name, NoteKind.WITNESS, public)


class WitnessState:
    """The file while this process has it for itself."""

    def __init__(self, file: Path, memory: WitnessMemory) -> None:
        self._file = file
        self.memory = memory

    def keep(self, head: TreeHead) -> None:
        """Remember a head; on disk when this returns.

        Raises:
            OSError: it cannot be written; then nothing may be cosigned.
        """
        heads = {**self.memory.heads, head.origin: head}
        memory = replace(self.memory, heads=heads)
        _write(self._file, memory)
        self.memory = memory


@contextmanager
def opened(file: Path, name: str, random_bytes: Callable[[int], bytes]) -> Generator[WitnessState]:
    """Use the file alone; it is made where there is none.

    Raises:
        DamagedState: it cannot be read as such.
        OtherName: it is of another witness.
        InUse: another process has it.
        InvalidNote: the name is none.
        OSError: it cannot be made or used.
    """
    lock = os.open(file.with_name(f"{file.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        _take(lock)
        if not file.exists():
            new = WitnessMemory(name, random_bytes(_SEED_BYTES), {})
            _ = new.key  # refuses a name that is none before anything is written
            _write(file, new)
        memory = _read(file)
        if memory.name != name:
            raise OtherWitnessName
        yield WitnessState(file, memory)
    finally:
        os.close(lock)


def _take(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise InUse from error


def _read(file: Path) -> WitnessMemory:
    try:
        document = json.loads(file.read_text("utf-8"))
        memory = WitnessMemory(
            name=document["name"],
            seed=bytes.fromhex(document["seed"]),
            heads={origin: _head(origin, each) for origin, each in document["heads"].items()},
        )
        _ = memory.key
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedState from error
    return memory


def _head(origin: str, document: Mapping[str, Any]) -> TreeHead:
    size, root = document["size"], bytes.fromhex(document["root"])
    if not isinstance(size, int) or size < 1 or len(root) != _SEED_BYTES:
        raise InvalidNote("The head is none.")
    return TreeHead(origin, size, root)


def _write(file: Path, memory: WitnessMemory) -> None:
    heads = {
        origin: {"size": head.size, "root": head.root.hex()}
        for origin, head in memory.heads.items()
    }
    document = {"name": memory.name, "seed": memory.seed.hex(), "heads": heads}
    draft = file.with_name(f"{file.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened_file:
        json.dump(document, opened_file, indent=1)
        opened_file.flush()
        os.fsync(opened_file.fileno())
    draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
