"""Signing the receipt of an act, from what is stored of it: the same record every time."""

from uuid import UUID

from nabij_backend.consents import repository
from nabij_backend.db import SubjectSession
from nabij_backend.problems import Problem, ProblemType
from nabij_backend.signing import Kind, Signer
from nabij_consent import consent_receipt


async def receipt(session: SubjectSession, event_id: UUID, signer: Signer, *, issuer: str) -> str:
    """The signed receipt of an act of this person; ``issuer`` is the service's own address.

    Raises:
        Problem: this person has no such act.
    """
    entry = await repository.find(session, event_id)
    if entry is None:
        raise Problem(ProblemType.NO_RECEIPT)
    document = consent_receipt(entry.recorded, entry.notice, entry.salt, issuer)
    return signer.sign(document, typ=Kind.CONSENT_RECEIPT)
