"""Submission of checkpoints to witnesses, and storage of their cosignatures.

Rules:

1. a witness that is away, slow or of another opinion stops nobody and nothing: it is counted, said
   in a line of the log and by `nabij doctor`, and asked again with the next round;
2. what a witness answers is kept only where it is its own signature over just this head;
3. a witness that has seen more than this log has, or another tree, is said as what it is: this log
   was restored or rewritten.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

import httpx2
import psycopg

from nabij_backend import signed_notes as notes
from nabij_backend.db import Connection
from nabij_backend.log import repository
from nabij_backend.log.notary import Notary
from nabij_backend.log.repository import Cosignature
from nabij_backend.signed_notes import InvalidNote, Note, NoteKey, NoteKind
from nabij_consent import consistency_nodes, consistency_proof

WAIT_S: Final = 4.0
_SIZE: Final = re.compile(r"(0|[1-9][0-9]{0,18})\n?", re.ASCII)
_LARGEST_ANSWER_BYTES: Final = notes.LARGEST_NOTE_BYTES


class WitnessOutcome(StrEnum):
    """What came of showing a head to a witness."""

    COSIGNED = "cosigned"
    UNREACHABLE = "unreachable"
    UNKNOWN_LOG = "unknown-log"
    UNKNOWN_KEY = "unknown-key"
    INVALID_ANSWER = "invalid-answer"
    CONTRADICTED = "contradicted"


ADVICE: Final[Mapping[WitnessOutcome, str]] = {
    WitnessOutcome.UNREACHABLE: "Check its address in NABIJ_WITNESSES; its operator may know more.",
    WitnessOutcome.UNKNOWN_LOG: "Give its operator the verifier key that `nabij log vkey` shows.",
    WitnessOutcome.UNKNOWN_KEY: "Give its operator the new verifier key that `nabij log vkey`"
    " shows.",
    WitnessOutcome.INVALID_ANSWER: "Check its verifier key in NABIJ_WITNESSES, and its clock.",
    WitnessOutcome.CONTRADICTED: "It has seen another log of this name: run `nabij fsck` with a"
    " checkpoint that was kept elsewhere, and find out whether a backup was restored.",
}


@dataclass(frozen=True, slots=True)
class Witness:
    """Who cosigns: a verifier key, and where to ask."""

    key: NoteKey
    url: str


def read_witness(text: str) -> Witness:
    """Return a witness as the settings name it: its verifier key and its URL.

    Raises:
        InvalidNote: the key is none.
    """
    vkey, _, url = text.partition(" ")
    return Witness(notes.read_vkey(vkey, NoteKind.WITNESS), url.rstrip("/"))


def new_client() -> httpx2.AsyncClient:
    """Return what witnesses are asked with.

    Follows no redirects, so that only the named one is asked.
    """
    return httpx2.AsyncClient(timeout=WAIT_S, headers={"Content-Type": "text/plain"})


async def witness_once(
    connection: Connection,
    notary: Notary,
    witnesses: Sequence[Witness],
    client: httpx2.AsyncClient,
) -> dict[str, WitnessOutcome]:
    """Show the log's newest head to those who have not cosigned it; what came of it, by name.

    ``connection`` is the worker's, without a transaction: none is held while witnesses think.
    """
    newest = await repository.newest_checkpoint(connection)
    if newest is None:
        return {}
    note = await notary.note(connection, newest)
    shown = (_show(_Conversation(connection, client, each, note)) for each in witnesses)
    outcomes = await asyncio.gather(*shown)
    named = zip(witnesses, outcomes, strict=True)
    return {each.key.name: outcome for each, outcome in named if outcome is not None}


@dataclass(frozen=True, slots=True)
class _Conversation:
    connection: Connection
    client: httpx2.AsyncClient
    witness: Witness
    note: Note

    async def ask(self, old_size: int) -> tuple[int, str]:
        """Status and text of the answer; the proof is from the old size on."""
        hashes = "".join(f"{notes.encode(each)}\n" for each in await self._proof(old_size))
        body = f"old {old_size}\n{hashes}\n{self.note.text}".encode()
        url = f"{self.witness.url}/add-checkpoint"
        async with self.client.stream("POST", url, content=body) as answer:
            read = b""
            async for chunk in answer.aiter_bytes():
                read += chunk
                if len(read) > _LARGEST_ANSWER_BYTES:
                    raise InvalidNote("The answer is longer than a note.")
        return answer.status_code, read.decode()

    async def _proof(self, old_size: int) -> tuple[bytes, ...]:
        size = self.note.head.size
        if old_size == 0:
            return ()
        hashes = await repository.nodes(self.connection, consistency_nodes(old_size, size))
        return consistency_proof(old_size, size, hashes)


async def _show(talk: _Conversation) -> WitnessOutcome | None:
    """Return nothing: there was no head to show, or another worker showed a newer one."""
    head, name = talk.note.head, talk.witness.key.name
    known_size = await repository.cosigned_size(talk.connection, head.origin, name)
    if known_size >= head.size:
        return None
    try:
        async with asyncio.timeout(WAIT_S):
            status, text = await talk.ask(known_size)
            if status == HTTPStatus.CONFLICT:
                seen_size = _seen_size(text)
                if seen_size > head.size:
                    grown = await repository.leaf_count(talk.connection) >= seen_size
                    return None if grown else WitnessOutcome.CONTRADICTED
                status, text = await talk.ask(seen_size)
        if status != HTTPStatus.OK:
            return _OUTCOMES.get(status, WitnessOutcome.UNREACHABLE)
        await _keep(talk, text)
    except (httpx2.HTTPError, TimeoutError):
        return WitnessOutcome.UNREACHABLE
    except (ValueError, psycopg.errors.IntegrityError):
        # Neither UTF-8, nor a size, nor signature lines; or of a time that PostgreSQL refuses.
        return WitnessOutcome.INVALID_ANSWER
    return WitnessOutcome.COSIGNED


_OUTCOMES: Final[Mapping[int, WitnessOutcome]] = {
    HTTPStatus.NOT_FOUND: WitnessOutcome.UNKNOWN_LOG,
    HTTPStatus.FORBIDDEN: WitnessOutcome.UNKNOWN_KEY,
    HTTPStatus.CONFLICT: WitnessOutcome.CONTRADICTED,
    HTTPStatus.UNPROCESSABLE_ENTITY: WitnessOutcome.CONTRADICTED,
}


def _seen_size(text: str) -> int:
    if not _SIZE.fullmatch(text):
        raise InvalidNote("The answer names no size.")
    return int(text)


async def _keep(talk: _Conversation, text: str) -> None:
    head, key = talk.note.head, talk.witness.key
    answered = notes.read_note(f"{head.text}\n{text}")
    for line in answered.lines:
        seen = notes.witnessed(Note(head, (line,)), [key])
        if seen:
            cosignature = Cosignature(head.size, head.origin, key.name, line, seen[key])
            await repository.append_cosignature(talk.connection, cosignature)
            return
    raise InvalidNote("The witness did not cosign with its key.")
