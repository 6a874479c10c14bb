"""A log of made-up leaves, for witnesses: the person who runs it may lie."""

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nabij_backend.signed_notes import Note, NoteKey, NoteKind, TreeHead, encode, sign
from nabij_consent import Frontier, Node, consistency_proof

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(32))


@dataclass(frozen=True, slots=True)
class MadeUpLog:
    """One version of what a log holds; ``words`` are its leaves."""

    words: tuple[str, ...]
    origin: str = "nabij.example/log"

    @property
    def key(self) -> NoteKey:
        """What its notes are verified with."""
        return NoteKey(self.origin, NoteKind.LOG, PRIVATE.public_key().public_bytes_raw())

    def note(self, size: int) -> Note:
        """Its signed head at a size."""
        head = TreeHead(self.origin, size, self._tree(size)[0].root)
        return Note(head, (sign(head, PRIVATE),))

    def submission(self, old: int, size: int, *, proof: tuple[bytes, ...] | None = None) -> bytes:
        """What it sends to a witness; with its real proof where none is given."""
        if proof is None:
            real = 0 < old <= size
            proof = consistency_proof(old, size, self._tree(size)[1]) if real else ()
        lines = "".join(f"{encode(each)}\n" for each in proof)
        return f"old {old}\n{lines}\n{self.note(size).text}".encode()

    def _tree(self, size: int) -> tuple[Frontier, dict[Node, bytes]]:
        leaves = [hashlib.sha256(word.encode()).digest() for word in self.words[:size]]
        grown, nodes = Frontier().append(leaves)
        return grown, nodes | {Node(0, place): leaf for place, leaf in enumerate(leaves)}
