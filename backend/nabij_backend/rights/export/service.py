"""Export of everything about a person (GDPR, Articles 15 and 20).

Rules:

1. the read is noted first, and committed: nobody exports without a trace, whatever happens next;
2. then everything is read as of one moment, so that no archive shows a status without the grant
   that allowed it, however much is withdrawn meanwhile;
3. the erasure map says what everything is.
"""

from datetime import datetime
from uuid import UUID

from nabij_backend.caller.access_log import note_read
from nabij_backend.caller.account import require_known
from nabij_backend.db import SubjectSession
from nabij_backend.enums import Reader
from nabij_backend.notices import repository as notices
from nabij_backend.rights.export import repository
from nabij_backend.rights.export.schemas import Archive, ExportedTable
from nabij_backend.tables.personal import PERSONAL, Personal
from nabij_backend.tables.retention import KEPT_BY_CONSENT, RETENTION
from nabij_consent import Locale, Texts, notice_document

_PURPOSE = "export"
_KEPT: dict[str, Texts] = {table: each.what for each in RETENTION for table in each.tables}


async def note(session: SubjectSession, *, entry_id: UUID, now: datetime) -> None:
    """Note the export for the person to see; commit before anything is read."""
    await note_read(session, Reader.EXPORT, _PURPOSE, entry_id=entry_id, now=now)


async def archive(session: SubjectSession, locale: Locale, now: datetime) -> Archive:
    """Return everything about the person.

    ``session`` sees one moment (``snapshot`` of its transaction).

    Raises:
        Problem: the account was erased meanwhile.
    """
    await require_known(session)
    current = await notices.current(session.connection)
    return Archive(
        made_at=now,
        locale=locale,
        tables={each.table: await _table(session, each, locale) for each in PERSONAL},
        sources=await repository.sources(session),
        notices=await repository.notices(session),
        notice=None if current is None else notice_document(current),
    )


async def _table(session: SubjectSession, personal: Personal, locale: Locale) -> ExportedTable:
    return ExportedTable(
        title=personal.title[locale],
        why=personal.why[locale],
        kept=_KEPT.get(personal.table, KEPT_BY_CONSENT)[locale],
        rows=await repository.rows(session, personal),
    )
