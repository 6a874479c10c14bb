"""The check of a restored database, before it serves anybody.

Rules:

1. whoever a ledger names is erased again: a backup brings people back whom we promised to forget;
   a ledger that cannot be the whole one is refused, since it would erase too few;
2. where the log lacks what any checkpoint known has, acts were lost, and nobody can tell who had
   withdrawn; so every live grant ends, as an act of its own, and people are asked anew. Then a
   successor log begins: it names the lost one, and how many leaves both share. Those are the leaves
   of the newest checkpoint here that is no later than the one known, so that what a service wrote
   into a restored database under the old name counts as the successor's;
3. without a checkpoint nobody can tell whether acts were lost: the same;
4. a log that is as long and has the same root is whole: grants stay, and so does the log;
5. checkpoints that are all older than the backup say nothing about what came after them: they are
   refused;
6. with a checkpoint of another log, or of one that was rewritten, nothing is done at all;
7. the catalogue gets a number that it never had, since caches keep the versions that are lost;
8. the successor begins last: where this breaks off, all of it is done again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from nabij_backend.catalogue.repository import renumber
from nabij_backend.consents import ending
from nabij_backend.consents.service import Moment
from nabij_backend.db import Connection, Role, connection_as, take_turn
from nabij_backend.errors import UserError
from nabij_backend.log import repository as log
from nabij_backend.log.documents import Checkpoint, Succession, SuccessionReason
from nabij_backend.log.sequencer import begin_successor
from nabij_backend.rights.erasure import repository
from nabij_backend.rights.erasure.ledger import Erasure, pseudonym_of
from nabij_backend.rights.erasure.service import erase_rows
from nabij_backend.runtime import Runtime
from nabij_backend.signing import Signer
from nabij_consent import (
    SALT_BYTES,
    EventKind,
    Method,
    Signal,
    whole_milliseconds,
)


class LogState(StrEnum):
    """What the checkpoints known say of the restored log."""

    WHOLE = "whole"
    SHORTER = "shorter"
    UNKNOWN = "unknown"


class OtherLog(UserError):
    """The checkpoint is of another log, or of this one before it was rewritten.

    Check that the right backup was restored and that the checkpoint is of this service; `nabij fsck
    --checkpoint FILE` tells more. Nothing was changed.
    """


class OldCheckpoint(UserError):
    """Every checkpoint is older than the backup, so none can tell what was lost after it.

    Give a newer one: an operator's, a witness's, or newest.checkpoint beside the signing keys of
    another host. Where there is none, give --no-checkpoint. Nothing was changed.
    """


class CutLedger(UserError):
    """The database knows of erasures that the ledger lacks, so lines are missing from it.

    Take another copy of the ledger, or give all that you have, each with --ledger. Nothing was
    changed.
    """


@dataclass(frozen=True, slots=True)
class Ledgers:
    """The erasures that ledgers name, and since when none that was written may be missing."""

    erasures: Sequence[Erasure] = field(repr=False)
    whole_since: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, and for whom.

    ``ended``: how the log ends, and each that followed it and is lost; none where it is whole.
    ``named``: how many people the ledgers name; ``fitting``: of how many the database knows.
    """

    log: LogState
    ended: tuple[Succession, ...]
    named: int
    fitting: int
    erase: dict[UUID, Erasure] = field(repr=False)
    end: tuple[UUID, ...] = field(repr=False)


async def log_state(
    connection: Connection, known: Sequence[Checkpoint], now: datetime
) -> tuple[LogState, tuple[Succession, ...]]:
    """Return how the stored log compares with the checkpoints known, and how logs end by that.

    Raises:
        OtherLog: rule 6.
        OldCheckpoint: rule 5.
    """
    log_id = await log.log_id(connection)
    size = await log.leaf_count(connection)
    if not known:
        return LogState.UNKNOWN, (Succession(log_id, size, now, SuccessionReason.NOT_KNOWN),)
    lacking = [each for each in known if not await _has(connection, each)]
    if not lacking:
        if size > max([each.tree_size for each in known if each.log_id == log_id], default=0):
            raise OldCheckpoint
        return LogState.WHOLE, ()
    shared = min([await _shared_size(connection, log_id, each) for each in lacking])
    newest = max(lacking, key=lambda each: (each.signed_at, each.tree_size))
    lost = [*newest.succeeds, Succession(newest.log_id, shared, now, SuccessionReason.ACTS_LOST)]
    names = [each.log_id for each in lost]
    return LogState.SHORTER, tuple(lost[names.index(log_id) :])


async def _shared_size(connection: Connection, log_id: UUID, known: Checkpoint) -> int:
    handed_down = known.shared_with(log_id)
    if handed_down is None:
        raise OtherLog
    newest = await log.newest_by(connection, log_id, known.signed_at)
    if newest is None:
        return 0
    if known.log_id == log_id and newest.tree_size >= known.tree_size:
        raise OtherLog
    return min(newest.tree_size, handed_down)


async def _has(connection: Connection, known: Checkpoint) -> bool:
    """Return whether the stored tree continues the checkpoint, or its log is known to end."""
    if known.log_id in {each.log_id for each in await log.lineage(connection)}:
        return True
    return await log.begins_with(connection, known)


async def plan(
    connection: Connection,
    key: bytes,
    ledgers: Ledgers,
    known: Sequence[Checkpoint],
    now: datetime,
) -> Plan:
    """Return what is to be done, on a connection of the auditor; changes nothing.

    Raises:
        OtherLog: rule 6.
        OldCheckpoint: rule 5.
        CutLedger: rule 1.
    """
    state, ended = await log_state(connection, known, whole_milliseconds(now))
    everybody = await repository.everybody(connection)
    erased = {each.pseudonym: each for each in ledgers.erasures}
    remembered = await repository.remembered(connection)
    if not {each for each, at in remembered.items() if at > ledgers.whole_since} <= erased.keys():
        raise CutLedger
    named = {person: erased.get(pseudonym_of(person, key)) for person in everybody}
    again = {person: erasure for person, erasure in named.items() if erasure is not None}
    fitting = {each.pseudonym for each in again.values()} | (remembered.keys() & erased.keys())
    staying = (person for person, permits in everybody.items() if permits and person not in again)
    end = () if state is LogState.WHOLE else tuple(staying)
    return Plan(state, ended, len(erased), len(fitting), again, end)


async def carry_out(agreed: Plan, runtime: Runtime, signer: Signer) -> UUID | None:
    """Do what the plan says, each person in a transaction of their own.

    Returns the id of the successor log; None where none begins.

    Raises:
        DamagedLog: the restored log is not the one that was signed last; no successor began.
    """
    for person, erasure in agreed.erase.items():
        async with runtime.database.transaction_of("erase_again", person) as session:
            await take_turn(session)
            await erase_rows(session, erasure.pseudonym, erasure.erased_at)
    now = whole_milliseconds(runtime.clock())
    for person in agreed.end:
        async with runtime.database.transaction_of("end_again", person) as session:
            await ending.end_for(
                session,
                kind=EventKind.EXPIRED,
                method=Method.RESTORE,
                purpose=None,
                signals=tuple(Signal),
                moment=Moment(now, runtime.random_bytes(SALT_BYTES)),
                event_id=runtime.new_id(),
            )
    async with connection_as(Role.OWNER, runtime.settings.required_database_url) as connection:
        await renumber(connection, now)
        if not agreed.ended:
            return None
        successor = runtime.new_id()
        await begin_successor(connection, signer, successor, agreed.ended, now)
    return successor
