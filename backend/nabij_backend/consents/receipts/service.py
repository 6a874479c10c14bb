"""Signing of receipts, from the stored act: the same record every time."""

from uuid import UUID

from nabij_backend.consents import repository
from nabij_backend.consents.receipts.schemas import ReceiptedAct, ReceiptedActs
from nabij_backend.consents.repository import Entry
from nabij_backend.db import SubjectSession
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.log import repository as log_repository
from nabij_backend.log import service as log
from nabij_backend.log.notary import Notary
from nabij_backend.signing import JwsType
from nabij_consent import RecordedEvent, consent_receipt

_PAGE = 50


async def acts(session: SubjectSession, before: int | None) -> ReceiptedActs:
    """Return the acts of this person, newest first, a page at a time."""
    found = await repository.acts_before(session, before, _PAGE + 1)
    page = found[:_PAGE]
    return ReceiptedActs(
        acts=tuple(map(_listed, page)), before=page[-1].number if len(found) > _PAGE else None
    )


def _listed(recorded: RecordedEvent) -> ReceiptedAct:
    act = recorded.act
    return ReceiptedAct(
        event_id=act.event_id,
        number=recorded.number,
        kind=act.kind,
        purpose=None if act.purpose is None else act.purpose.slug,
        signals=act.signals,
        notice_version=act.notice_version,
        method=recorded.method,
        recorded_at=recorded.recorded_at,
    )


async def receipt(session: SubjectSession, event_id: UUID, notary: Notary) -> str:
    """Return the signed receipt of an act of this person.

    Raises:
        Problem: this person has no such act.
    """
    entry = await _found(session, event_id)
    log_id = await log_repository.log_id(session.connection)
    document = consent_receipt(entry.recorded, entry.notice, entry.salt, notary.issuer, log_id)
    return notary.signer.sign(document, typ=JwsType.CONSENT_RECEIPT)


async def witnesses(session: SubjectSession, event_id: UUID, notary: Notary) -> int:
    """Return how many witnesses have seen the log with this act of this person in it.

    Raises:
        Problem: this person has no such act.
    """
    entry = await _found(session, event_id)
    leaf_hash = entry.recorded.leaf_hash(entry.salt)
    return await log.witnesses_of(session.connection, leaf_hash, notary)


async def _found(session: SubjectSession, event_id: UUID) -> Entry:
    entry = await repository.find(session, event_id)
    if entry is None:
        raise Problem(ProblemType.NO_RECEIPT)
    return entry
