"""What the store says to SQLite, and what it reads of it."""

import sqlite3
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from nabij._acts import Act
from nabij._gate import Knowledge
from nabij._queue import Row
from nabij._store import documents
from nabij._store.schema import PRAGMAS, PREVIOUS_VERSION, TABLES, UPGRADE, VERSION
from nabij_consent import Purpose, Signal

KEPT_SEALED: Final = timedelta(days=30)
_A_DAY_BACK: Final = timedelta(days=-1)
_JOURNALS: Final = ("", "-journal", "-wal", "-shm")


def knowledge_in(db: sqlite3.Connection) -> Knowledge:
    """Return what the gate knew."""
    found = db.execute(
        "SELECT purpose, signal, latest, objections,"
        " epoch, resolution_m, notice_version, granted_at, expires_at"
        " FROM answer LEFT JOIN live_grant USING (purpose, signal)"
    ).fetchall()
    known = [documents.known_of(each) for each in found]
    learned_at, notice = db.execute("SELECT learned_at, notice FROM device").fetchone()
    return Knowledge(
        {(each.purpose, each.signal): each for each in known},
        datetime.fromisoformat(learned_at) if learned_at else None,
        documents.notice_of(notice),
    )


def connect(path: Path | None) -> sqlite3.Connection:
    """Return a connection to a database with our tables.

    Raises:
        sqlite3.Error: it is damaged, or none of ours.
    """
    db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
    try:
        _prepare(db)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection) -> None:
    for pragma in PRAGMAS:
        db.execute(pragma)
    ((version,),) = db.execute("PRAGMA user_version").fetchall()
    if version == 0:
        db.executescript(TABLES)
        return
    if version == PREVIOUS_VERSION:
        db.executescript(UPGRADE)
        version = VERSION
    if version != VERSION or db.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
        raise sqlite3.DatabaseError("This is no store of this version.")


def untold_in(db: sqlite3.Connection) -> list[Act]:
    """Return the acts in a database that have yet to be told."""
    found = db.execute("SELECT act FROM untold ORDER BY number").fetchall()
    return [documents.act_of(documents.parsed(text)) for (text,) in found]


def salvaged(path: Path) -> list[Act]:
    """Return the same of a file that may be damaged: what can still be read."""
    with (
        suppress(sqlite3.Error, KeyError, TypeError, ValueError),
        closing(sqlite3.connect(path)) as db,
    ):
        return untold_in(db)
    return []


def files_of(path: Path) -> list[Path]:
    """Return the database and whatever SQLite may have put beside it."""
    return [path.with_name(path.name + suffix) for suffix in _JOURNALS]


def keep(db: sqlite3.Connection, knowledge: Knowledge) -> None:
    """Write what the gate knows; grants that are no more take with them what hangs on them."""
    db.execute(
        "UPDATE device SET learned_at = ?, notice = ?",
        (
            knowledge.learned_at and knowledge.learned_at.isoformat(),
            documents.notice_text(knowledge.notice),
        ),
    )
    _drop_others(db, knowledge)
    for known in knowledge.known.values():
        db.execute(
            "INSERT INTO answer VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET latest = excluded.latest, objections = excluded.objections",
            documents.answer_values(known),
        )
        if known.grant is not None:
            db.execute(
                "INSERT INTO live_grant VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " epoch = excluded.epoch, resolution_m = excluded.resolution_m,"
                " notice_version = excluded.notice_version, granted_at = excluded.granted_at,"
                " expires_at = excluded.expires_at",
                documents.grant_values(known.grant),
            )


def _drop_others(db: sqlite3.Connection, knowledge: Knowledge) -> None:
    """Drop the rows of other epochs, then the grants and answers that are no more."""
    grants = {key: each.grant for key, each in knowledge.known.items() if each.grant}
    for slug, name, epoch in db.execute("SELECT purpose, signal, epoch FROM live_grant").fetchall():
        key = (Purpose(slug), Signal(name))
        if key in grants and grants[key].epoch == epoch:
            continue
        reason = "grant-changed" if key in grants else "grant-ended"
        waiting = db.execute("DELETE FROM waiting WHERE purpose = ? AND signal = ?", (slug, name))
        db.execute("DELETE FROM reported WHERE purpose = ? AND signal = ?", (slug, name))
        count(db, name, reason, waiting.rowcount)
        if key not in grants:
            db.execute("DELETE FROM live_grant WHERE purpose = ? AND signal = ?", (slug, name))
    for slug, name in db.execute("SELECT purpose, signal FROM answer").fetchall():
        if (Purpose(slug), Signal(name)) not in knowledge.known:
            db.execute("DELETE FROM answer WHERE purpose = ? AND signal = ?", (slug, name))


def seal(db: sqlite3.Connection, now: datetime) -> None:
    """Date the told squares once no grant allows places; delete those dated 30 days ago."""
    for (sealed_at,) in db.execute("SELECT DISTINCT sealed_at FROM told_square").fetchall():
        # A clock that was set back by more than a day would keep them for longer.
        if sealed_at and not _A_DAY_BACK < now - datetime.fromisoformat(sealed_at) < KEPT_SEALED:
            db.execute("DELETE FROM told_square WHERE sealed_at = ?", (sealed_at,))
    db.execute(
        "UPDATE told_square SET sealed_at = ? WHERE sealed_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM live_grant WHERE signal = 'gps')",
        (now.isoformat(),),
    )


def add_untold(db: sqlite3.Connection, act: Act) -> None:
    """Keep an act until the service knows of it."""
    text = documents.written(documents.act_document(act))
    db.execute("INSERT OR IGNORE INTO untold (id, act) VALUES (?, ?)", (str(act.id), text))


def count(db: sqlite3.Connection, signal: str, reason: str, number: int) -> None:
    """Add to what was dropped."""
    if number:
        db.execute(
            "INSERT INTO dropped VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET number = number + excluded.number",
            (signal, reason, number),
        )


def row_of(values: tuple[object, ...]) -> Row:
    """Return the row of ``waiting`` or ``reported`` with these columns."""
    *columns, due_at = values
    row_id, slug, name, epoch, hour, status = map(str, columns)
    signal = Signal(name)
    return Row(
        UUID(row_id),
        Purpose(slug),
        signal,
        int(epoch),
        datetime.fromisoformat(hour),
        documents.status_of(signal, status),
        datetime.fromisoformat(str(due_at)) if due_at else None,
    )
