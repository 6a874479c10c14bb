"""Notes as logs and witnesses sign them, and what others make of them."""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from nabij_backend.signed_notes import (
    InvalidNote,
    Note,
    NoteKey,
    NoteKind,
    NotSigned,
    TreeHead,
    cosign,
    origin_of,
    read_note,
    read_vkey,
    require_signed,
    sign,
    witnessed,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LOG = Ed25519PrivateKey.from_private_bytes(bytes(32))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))
ORIGIN = "nabij.example/00000000-0000-0000-0000-000000000007"
NAME = "witness.example/w1"
HEAD = TreeHead(ORIGIN, 70, hashlib.sha256(b"root").digest())


def key(private: Ed25519PrivateKey, name: str, kind: NoteKind) -> NoteKey:
    return NoteKey(name, kind, private.public_key().public_bytes_raw())


LOG_KEY = key(LOG, ORIGIN, NoteKind.LOG)
WITNESS_KEY = key(WITNESS, NAME, NoteKind.WITNESS)
NOTE = Note(HEAD, (sign(HEAD, LOG), cosign(HEAD, NAME, WITNESS, NOW)))


def test_a_note_is_read_as_it_is_written() -> None:
    assert read_note(NOTE.text) == NOTE
    require_signed(NOTE, [LOG_KEY])
    assert witnessed(NOTE, [WITNESS_KEY]) == {WITNESS_KEY: NOW}


def test_keys_and_signatures_are_those_of_other_implementations() -> None:
    """The example of golang.org/x/mod/sumdb/note, and the key of Go's checksum database."""
    neumann = read_vkey(
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteKind.LOG
    )
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    signature = b64decode(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    assert signature[:4] == neumann.key_id
    assert neumann.holds(signature[4:], text.encode())
    assert not neumann.holds(signature[4:], text.upper().encode())
    vkey = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert read_vkey(vkey, NoteKind.LOG).vkey == vkey


def test_a_log_is_named_by_its_issuer_and_its_id() -> None:
    log = UUID(int=7)
    assert origin_of("https://nabij.example", log) == ORIGIN
    assert (
        origin_of("https://nabij.example:8443/energy/", log) == f"nabij.example:8443/energy/{log}"
    )


@pytest.mark.parametrize("known", [WITNESS_KEY, LOG_KEY], ids=["witness", "log"])
def test_a_key_is_read_as_it_is_written(known: NoteKey) -> None:
    assert read_vkey(known.vkey, known.kind) == known
    other = NoteKind.LOG if known.kind is NoteKind.WITNESS else NoteKind.WITNESS
    with pytest.raises(InvalidNote):
        read_vkey(known.vkey, other)


@pytest.mark.parametrize(
    "text",
    [
        *("", "name", "name+00000000", "name+00000000+AA==", "+c74f20a3+"),
        LOG_KEY.vkey.replace("+", " ", 1),
        LOG_KEY.vkey[:-4],
        f"x{LOG_KEY.vkey}",
        LOG_KEY.vkey.replace(LOG_KEY.key_id.hex(), LOG_KEY.key_id.hex().upper()),
    ],
)
def test_a_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidNote):
        read_vkey(text, NoteKind.LOG)


FORGED: dict[str, Callable[[Note], Note]] = {
    "one leaf more": lambda note: replace(note, head=replace(note.head, size=71)),
    "another root": lambda note: replace(note, head=replace(note.head, root=bytes(32))),
    "another log": lambda note: replace(note, head=replace(note.head, origin="nabij.example/x")),
    "a later time": lambda note: replace(note, lines=(note.lines[0], later(note.lines[1]))),
}


def later(line: str) -> str:
    """The witness's line with its time one second later."""
    start, _, encoded = line.rpartition(" ")
    blob = bytearray(b64decode(encoded))
    blob[11] += 1
    return f"{start} {b64encode(blob).decode()}"


@pytest.mark.parametrize("change", FORGED.values(), ids=FORGED.keys())
def test_a_witness_vouches_for_just_what_it_saw(change: Callable[[Note], Note]) -> None:
    with pytest.raises(InvalidNote):
        witnessed(change(NOTE), [WITNESS_KEY])


@pytest.mark.parametrize("name", ["one leaf more", "another root", "another log"])
def test_a_log_vouches_for_just_what_it_showed(name: str) -> None:
    with pytest.raises(NotSigned):
        require_signed(FORGED[name](NOTE), [LOG_KEY])


def test_one_kind_of_signature_never_passes_for_the_other() -> None:
    """The same key pair as log and as witness: what it signs as one counts as nothing else."""
    as_witness = key(LOG, ORIGIN, NoteKind.WITNESS)
    assert witnessed(Note(HEAD, (sign(HEAD, LOG),)), [as_witness]) == {}
    with pytest.raises(NotSigned):
        require_signed(Note(HEAD, (cosign(HEAD, ORIGIN, LOG, NOW),)), [LOG_KEY])


def test_who_is_not_known_counts_for_nothing() -> None:
    assert witnessed(NOTE, []) == {}
    assert witnessed(NOTE, [key(WITNESS, "witness.example/w2", NoteKind.WITNESS)]) == {}
    with pytest.raises(NotSigned):
        require_signed(NOTE, [key(WITNESS, ORIGIN, NoteKind.LOG)])


def test_a_key_of_another_log_signs_nothing_here() -> None:
    """A line may bear any name: what counts is that the name is the origin."""
    elsewhere = TreeHead("nabij.example/x", 70, HEAD.root)
    note = Note(HEAD, (sign(elsewhere, LOG),))
    with pytest.raises(NotSigned):
        require_signed(note, [key(LOG, "nabij.example/x", NoteKind.LOG)])


def test_of_two_signatures_of_a_witness_the_later_tells_the_time() -> None:
    earlier = cosign(HEAD, NAME, WITNESS, NOW.replace(hour=3))
    note = Note(HEAD, (*NOTE.lines, earlier))
    assert witnessed(note, [WITNESS_KEY]) == {WITNESS_KEY: NOW}


@pytest.mark.parametrize(
    "text",
    [
        *("", "\n", "\n\n", NOTE.head.text, NOTE.text[:-1], f"{NOTE.text}\n", f"\n{NOTE.text}"),
        NOTE.text.replace("70", "070"),
        NOTE.text.replace("70", "-1"),
        NOTE.text.replace("70", str(2**62 + 1)),
        NOTE.text.replace(ORIGIN, "", 1),
        NOTE.text.replace(ORIGIN, "nabij example", 1),
        NOTE.text.replace("\n\n", "\nan extension\n\n"),
        NOTE.text.replace("— ", "- "),
        NOTE.text.replace("\n", "\r\n"),
        NOTE.text.replace("=\n\n", "\n\n"),
        NOTE.text + NOTE.lines[0],
        NOTE.text + f"{NOTE.lines[0]}\n" * 63,
        NOTE.text + "x" * 17_000,
    ],
)
def test_a_text_that_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(InvalidNote):
        read_note(text)


@given(st.text())
def test_any_text_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidNote) as refusal:
        read_note(text)
    assert len(text) < 9 or text not in str(refusal.value)


@given(place=st.integers(0, len(NOTE.text) - 1), letter=st.sampled_from("Aa9+/=\n —"))
def test_no_character_can_be_changed(place: int, letter: str) -> None:
    changed = NOTE.text[:place] + letter + NOTE.text[place + 1 :]
    if changed != NOTE.text:
        with pytest.raises(InvalidNote):
            believe(changed)


def believe(text: str) -> None:
    """Read a note, and want both who should have signed it."""
    note = read_note(text)
    require_signed(note, [LOG_KEY])
    if witnessed(note, [WITNESS_KEY]) != {WITNESS_KEY: NOW}:
        raise InvalidNote
