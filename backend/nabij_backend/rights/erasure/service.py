"""Erasure of an account.

Rules:

1. it waits its turn behind every act and report that has begun; what waits behind it finds nobody,
   and is told so;
2. everything goes in one transaction: the person's row is deleted, and every other row about them
   follows by foreign key;
3. the leaves of their acts stay in the log, which still verifies; the salts are gone, so that
   nothing can be told from them any more;
4. a keyed pseudonym is on disk, outside the database, before anything is acknowledged: where it
   cannot be written, nothing is erased;
5. who was erased is a stranger when they sign in again.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from nabij_backend.caller.account import require_known
from nabij_backend.db import SubjectSession, take_turn
from nabij_backend.identity.keys import installation_of
from nabij_backend.log import repository as log
from nabij_backend.rights.erasure import ledger, repository
from nabij_backend.rights.erasure.schemas import AccountErased
from nabij_backend.settings import Settings
from nabij_backend.signing import JwsType, Signer
from nabij_consent import ErasureReceipt, erasure_document


@dataclass(frozen=True, slots=True)
class ErasureRuntime:
    """What an erasure works with: settings, the identity key, and who signs the receipt."""

    settings: Settings
    key: bytes
    signer: Signer


async def erase(session: SubjectSession, runtime: ErasureRuntime, now: datetime) -> AccountErased:
    """Erase the account.

    Raises:
        Problem: it was erased meanwhile.
        OSError, InvalidLedger: the ledger cannot be written; the transaction must not be committed.
    """
    await take_turn(session)
    await require_known(session)
    pseudonym = ledger.pseudonym_of(session.subject_id, runtime.key)
    rows = await erase_rows(session, pseudonym, now)
    receipt = ErasureReceipt(
        pseudonym=pseudonym,
        erased_at=now,
        rows=rows,
        tree_size=await log.leaf_count(session.connection),
        issuer=runtime.settings.public_url,
        log_id=await log.log_id(session.connection),
    )
    signed = runtime.signer.sign(erasure_document(receipt), typ=JwsType.ERASURE_RECEIPT)
    file = ledger.ledger_file(runtime.settings)
    erasure, installation = ledger.Erasure(pseudonym, now), installation_of(runtime.key)
    await asyncio.to_thread(ledger.append, file, erasure, installation)
    return AccountErased(erased_at=now, rows=rows, receipt=signed)


async def erase_rows(session: SubjectSession, pseudonym: bytes, now: datetime) -> dict[str, int]:
    """Delete every row about the person and keep the pseudonym; returns how many, by table."""
    rows = await repository.count_rows(session)
    await repository.remember(session, pseudonym, now)
    await repository.erase(session)
    return rows
