"""The access log: each read of a person's data, for the person to see.

An access is logged in the transaction that reads, so that nobody reads without a trace. That of an
agent was logged when the mandate was used.
"""

from datetime import datetime
from uuid import UUID

from nabij_backend.caller import repository
from nabij_backend.db import SubjectSession
from nabij_backend.enums import Reader


async def note_read(
    session: SubjectSession, reader: Reader, purpose: str, *, entry_id: UUID, now: datetime
) -> None:
    """Log a read, unless a mandate logged it already."""
    if session.mandate_id is None:
        await repository.add_read(session, reader, purpose, entry_id=entry_id, now=now)
