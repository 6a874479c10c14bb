"""The current notice, and the proof that it was shown.

A grant names a nonce that was served to that person, for the current notice, at most a day ago:
nobody agrees to a text that they were not shown.
"""

from datetime import datetime, timedelta
from uuid import UUID

from nabij_backend.db import Connection, SubjectSession
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.notices import repository
from nabij_backend.notices.schemas import ServedNotice
from nabij_consent import Locale, Notice, Purpose, notice_digest, notice_document

NONCE_LIFETIME = timedelta(hours=24)


async def current(connection: Connection) -> Notice:
    """Return the current notice.

    Raises:
        Problem: none was ever published.
    """
    notice = await repository.current(connection)
    if notice is None:
        raise Problem(ProblemType.NO_NOTICE)
    return notice


async def was_ever_asked(connection: Connection, notice: Notice, purpose: Purpose) -> bool:
    """Return whether the current notice, or an earlier one, asks for something for this purpose."""
    if any(each.purpose == purpose for each in notice.purposes):
        return True
    return await repository.was_ever_asked(connection, purpose)


async def serve(
    session: SubjectSession, notice: Notice, locale: Locale, *, nonce: UUID, now: datetime
) -> ServedNotice:
    """Return the notice with a nonce that only this person can use, and only once."""
    await repository.record_served(session, notice, locale, nonce=nonce, now=now)
    return served(notice, locale, nonce=nonce)


def served(notice: Notice, locale: Locale, *, nonce: UUID | None = None) -> ServedNotice:
    """Return the notice as it goes over the wire."""
    return ServedNotice(
        notice=notice_document(notice), digest=notice_digest(notice), locale=locale, nonce=nonce
    )


async def was_shown(session: SubjectSession, notice: Notice, nonce: UUID, *, now: datetime) -> bool:
    """Return whether this person was shown this notice under this nonce lately.

    Spends the nonce.
    """
    return await repository.use_nonce(
        session,
        nonce,
        notice_version=notice.version,
        served_after=now - NONCE_LIFETIME,
        now=now,
    )
