"""What must happen before a restored database serves anybody.

Rules:

1. whoever a ledger names is erased again: a backup brings people back whom we promised to forget;
   a ledger that cannot be the whole one is refused, since it would erase too few;
2. where the log is shorter than a checkpoint that was kept elsewhere, acts were lost, and nobody
   can tell who had withdrawn; so every live grant ends, as an act of its own, and people are asked
   anew;
3. without a checkpoint nobody can tell whether acts were lost: the same;
4. a log that is as long and has the same root is whole: grants stay;
5. with a checkpoint of another log, or of one that was rewritten, nothing is done at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from nabij_backend.consents import ending
from nabij_backend.consents import repository as acts
from nabij_backend.consents.service import Moment
from nabij_backend.db import Connection
from nabij_backend.log import repository as log
from nabij_backend.log.documents import Checkpoint
from nabij_backend.means import Means
from nabij_backend.rights.erasure import repository
from nabij_backend.rights.erasure.ledger import Erasure, pseudonym_of
from nabij_backend.rights.erasure.service import erase_rows
from nabij_backend.trouble import Trouble
from nabij_consent import (
    SALT_BYTES,
    EventKind,
    Method,
    Signal,
    merkle_root,
    root_nodes,
    whole_milliseconds,
)


class LogState(StrEnum):
    """What a checkpoint that was kept elsewhere says of the restored log."""

    WHOLE = "whole"
    SHORTER = "shorter"
    UNKNOWN = "unknown"


class OtherLog(Trouble):
    """The checkpoint is of another log, or of this one before it was rewritten.

    Check that the right backup was restored and that the checkpoint is of this service; `nabij fsck
    --checkpoint FILE` tells more. Nothing was changed.
    """


class CutLedger(Trouble):
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

    ``named``: how many people the ledgers name; ``fitting``: of how many the database knows.
    """

    log: LogState
    named: int
    fitting: int
    erase: dict[UUID, Erasure] = field(repr=False)
    end: tuple[UUID, ...] = field(repr=False)


async def log_state(connection: Connection, kept: Checkpoint | None) -> LogState:
    """How the stored log compares with the checkpoint.

    Raises:
        OtherLog: rule 5.
    """
    if kept is None:
        return LogState.UNKNOWN
    if await log.log_id(connection) != kept.log_id:
        raise OtherLog
    if await log.leaf_count(connection) < kept.tree_size:
        return LogState.SHORTER
    hashes = await log.nodes(connection, root_nodes(kept.tree_size))
    if merkle_root(kept.tree_size, hashes) != kept.root_hash:
        raise OtherLog
    return LogState.WHOLE


async def plan(
    connection: Connection, key: bytes, ledgers: Ledgers, kept: Checkpoint | None
) -> Plan:
    """What is to be done, on a connection of the auditor; changes nothing.

    Raises:
        OtherLog: rule 5.
        CutLedger: rule 1.
    """
    state = await log_state(connection, kept)
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
    return Plan(state, len(erased), len(fitting), again, end)


async def carry_out(agreed: Plan, means: Means) -> None:
    """Do what the plan says, each person in a transaction of their own."""
    for person, erasure in agreed.erase.items():
        async with means.database.transaction_of(person) as session:
            await acts.take_turn(session)
            await erase_rows(session, erasure.pseudonym, erasure.erased_at)
    now = whole_milliseconds(means.clock())
    for person in agreed.end:
        async with means.database.transaction_of(person) as session:
            await ending.end_for(
                session,
                kind=EventKind.EXPIRED,
                method=Method.RESTORE,
                purpose=None,
                signals=tuple(Signal),
                moment=Moment(now, means.random_bytes(SALT_BYTES)),
                event_id=means.new_id(),
            )
