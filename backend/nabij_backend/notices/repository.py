"""The statements about notices."""

import json
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from psycopg.types.json import Jsonb

from nabij_backend import sql
from nabij_backend.db import Connection, SubjectSession
from nabij_consent import Locale, Notice, Purpose, notice_digest, notice_document, read_notice

_SQL = sql.load("notices")
# The current notice, and those of acts that are shown again.
_KEPT = 16


@lru_cache(maxsize=_KEPT)
def parsed(document: str) -> Notice:
    """Parse the document of a published notice, which never changes: once in a process.

    Raises:
        InvalidNotice: it is not one.
    """
    return read_notice(json.loads(document))


async def current(connection: Connection) -> Notice | None:
    """Return the newest notice."""
    row = await (await connection.execute(_SQL["current"])).fetchone()
    return None if row is None else parsed(row["document"])


async def was_ever_asked(connection: Connection, purpose: Purpose) -> bool:
    """Return whether any version asks for something for this purpose."""
    cursor = await connection.execute(_SQL["was_ever_asked"], {"purpose": purpose.slug})
    return await cursor.fetchone() is not None


async def publish(connection: Connection, notice: Notice, now: datetime) -> bool:
    """Store the next version; False where it does not follow the current one."""
    cursor = await connection.execute(
        _SQL["publish"],
        {
            "version": notice.version,
            "digest": notice_digest(notice),
            "document": Jsonb(notice_document(notice)),
            "now": now,
        },
    )
    return cursor.rowcount == 1


async def record_served(
    session: SubjectSession, notice: Notice, locale: Locale, *, nonce: UUID, now: datetime
) -> None:
    """Remember that this person was shown this notice."""
    await session.connection.execute(
        _SQL["record_served"],
        {
            "subject_id": session.subject_id,
            "nonce": nonce,
            "notice_version": notice.version,
            "locale": locale,
            "now": now,
        },
    )


async def use_nonce(
    session: SubjectSession,
    nonce: UUID,
    *,
    notice_version: int,
    served_after: datetime,
    now: datetime,
) -> bool:
    """Spend the nonce; False where it was not served so, is too old, or is spent."""
    cursor = await session.connection.execute(
        _SQL["use_nonce"],
        {
            "subject_id": session.subject_id,
            "nonce": nonce,
            "notice_version": notice_version,
            "served_after": served_after,
            "now": now,
        },
    )
    return cursor.rowcount == 1
