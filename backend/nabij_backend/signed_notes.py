"""Checkpoints as signed notes, which witnesses cosign. Pure.

Sources: c2sp.org/signed-note, c2sp.org/tlog-checkpoint and c2sp.org/tlog-cosignature. Rules:

1. a note is a text, an empty line, and signature lines; its text is three lines: the origin, which
   names the log; the number of leaves; the root in base64. Extension lines are refused;
2. a signature line names a key by name and id. The id is of the name, the kind and the key, so that
   one key pair under two names or of two kinds is two keys;
3. a log signs the text (Ed25519, kind 0x01); a witness signs it behind a line with the time
   (cosignature/v1, kind 0x04), and so neither signature passes for the other;
4. signatures of unknown keys count for nothing; one of a known key that does not hold refuses the
   whole note;
5. a note has 16 KiB and 64 signatures at most.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.exceptions import InvalidSignature as DoesNotHold
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from nabij_backend.errors import UserError
from nabij_consent import HASH_BYTES, LARGEST_TREE

LARGEST_NOTE_BYTES: Final = 16 * 1024
_MOST_SIGNATURES: Final = 64
_NAME: Final = re.compile(r"[!-*,-~]{1,255}", re.ASCII)  # no space, and no plus
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_LINE: Final = re.compile(r"— ([!-*,-~]{1,255}) ([A-Za-z0-9+/]+={0,2})", re.ASCII)
_ID_BYTES: Final = 4
_TIME_BYTES: Final = 8
_LATEST: Final = 253_402_300_799  # the year 9999


class InvalidNote(UserError, ValueError):
    """A text is no signed note, or its signatures do not hold; the message repeats nothing."""


class NotSigned(InvalidNote):
    """No key that is known signed the note."""


class NoteKind(IntEnum):
    """What a key signs in notes."""

    LOG = 0x01
    WITNESS = 0x04


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key of a log or of a witness; ``public`` is 32 bytes (RFC 8032).

    Raises:
        InvalidNote: the name or the key is none.
    """

    name: str
    kind: NoteKind
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.public) != HASH_BYTES:
            raise InvalidNote("Name a key without spaces and plus signs; it has 32 bytes.")

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256 over name, kind and key."""
        return hashlib.sha256(self._named + self._material).digest()[:_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as verifiers are given it: name, id and key, with plus signs between."""
        return f"{self.name}+{self.key_id.hex()}+{encode(self._material)}"

    @property
    def _named(self) -> bytes:
        return self.name.encode() + b"\n"

    @property
    def _material(self) -> bytes:
        return bytes([self.kind]) + self.public

    def holds(self, signature: bytes, text: bytes) -> bool:
        """Return whether the key signed just this text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except DoesNotHold:
            return False
        return True


def read_vkey(text: str, kind: NoteKind) -> NoteKey:
    """Return the key that a verifier is given as text.

    Raises:
        InvalidNote: it is no such text, or of another kind.
    """
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    material = decode(encoded)
    if not material or material[0] != kind:
        raise InvalidNote("Give the verifier key as its owner publishes it, of the right kind.")
    key = NoteKey(name, kind, material[1:])
    if key.key_id.hex() != key_id:
        raise InvalidNote("The verifier key is damaged: its id is another's.")
    return key


@dataclass(frozen=True, slots=True)
class TreeHead:
    """How far a log has come: its origin, its number of leaves and its root (32 bytes)."""

    origin: str
    size: int
    root: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{encode(self.root)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A tree head and the signature lines below it, of whichever keys."""

    head: TreeHead
    lines: tuple[str, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """The note as it is sent."""
        return "\n".join([self.head.text, *self.lines, ""])


def origin_of(issuer: str, log_id: UUID) -> str:
    """Return the name of a log in notes.

    The issuer's address without its scheme, and the log's id.
    """
    address = urlsplit(issuer)
    return f"{address.netloc}{address.path.rstrip('/')}/{log_id}"


def read_note(text: str) -> Note:
    """Return the note that a text is; nothing is known of its signatures.

    Raises:
        InvalidNote: it is none by rules 1 and 5.
    """
    if len(text.encode("utf-8", "replace")) > LARGEST_NOTE_BYTES:
        raise InvalidNote("A note has 16 KiB at most.")
    body, empty, signatures = text.rpartition("\n\n")
    lines = signatures.split("\n")
    if not empty or lines.pop() or not 1 <= len(lines) <= _MOST_SIGNATURES:
        raise InvalidNote("A note is a text, an empty line and 1 to 64 signature lines.")
    if not all(_LINE.fullmatch(line) for line in lines):
        raise InvalidNote("A signature line is a dash, a name and base64.")
    return Note(_read_head(body), tuple(lines))


def _read_head(body: str) -> TreeHead:
    parts = body.split("\n")
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]) or not _SIZE.fullmatch(parts[1]):  # noqa: PLR2004 - rule 1
        raise InvalidNote("A checkpoint's text is three lines: origin, size and root.")
    size, root = int(parts[1]), decode(parts[2])
    if size > LARGEST_TREE or len(root) != HASH_BYTES:
        raise InvalidNote("A checkpoint's tree has 2**62 leaves at most, its root 32 bytes.")
    return TreeHead(parts[0], size, root)


def sign(head: TreeHead, private: Ed25519PrivateKey) -> str:
    """Return the signature line of the log, whose name is its origin."""
    key = NoteKey(head.origin, NoteKind.LOG, private.public_key().public_bytes_raw())
    return _line(key, private.sign(head.text.encode()))


def cosign(head: TreeHead, name: str, private: Ed25519PrivateKey, at: datetime) -> str:
    """Return the signature line of a witness that saw the log grow to this head."""
    key = NoteKey(name, NoteKind.WITNESS, private.public_key().public_bytes_raw())
    seconds = int(at.timestamp())
    signature = private.sign(_cosigned(head, seconds))
    return _line(key, seconds.to_bytes(_TIME_BYTES) + signature)


def require_signed(note: Note, keys: Iterable[NoteKey]) -> None:
    """Check that one of the log's keys signed the note (rule 4).

    Raises:
        NotSigned: none did, or a signature of one of them does not hold.
    """
    text = note.head.text.encode()
    known = [(key, blob) for key, blob in _of_known(note, keys) if key.name == note.head.origin]
    if not known:
        raise NotSigned("No key of the log signed the note.")
    if not all(key.holds(blob, text) for key, blob in known):
        raise NotSigned("The log's signature does not hold: the note was changed.")


def witnessed(note: Note, witnesses: Sequence[NoteKey]) -> dict[NoteKey, datetime]:
    """Return which of the witnesses cosigned the note, and when each last did (rule 4).

    Raises:
        InvalidNote: a signature of one of them does not hold.
    """
    seen = dict[NoteKey, datetime]()
    for key, blob in _of_known(note, witnesses):
        seconds = int.from_bytes(blob[:_TIME_BYTES])
        signed = _cosigned(note.head, seconds)
        if seconds > _LATEST or not key.holds(blob[_TIME_BYTES:], signed):
            raise InvalidNote("A witness's signature does not hold: the note was changed.")
        at = datetime.fromtimestamp(seconds, UTC)
        seen[key] = max(at, seen.get(key, at))
    return seen


def _of_known(note: Note, keys: Iterable[NoteKey]) -> list[tuple[NoteKey, bytes]]:
    known = {(key.name, key.key_id): key for key in keys}
    found = list[tuple[NoteKey, bytes]]()
    for line in note.lines:
        _, name, encoded = line.split(" ")
        blob = decode(encoded)
        key = known.get((name, blob[:_ID_BYTES]))
        if key is not None:
            found.append((key, blob[_ID_BYTES:]))
    return found


def _cosigned(head: TreeHead, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{head.text}".encode()


def _line(key: NoteKey, signature: bytes) -> str:
    return f"— {key.name} {encode(key.key_id + signature)}"


def encode(data: bytes) -> str:
    """Bytes as base64 (RFC 4648 §4)."""
    return base64.b64encode(data).decode()


def decode(text: str) -> bytes:
    """Return the bytes of base64 in its one spelling (RFC 4648 §4).

    Raises:
        InvalidNote: it is none.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidNote("The note is damaged: it is not base64.") from error
    if encode(data) != text:
        raise InvalidNote("The note is damaged: it is not base64.")
    return data
