"""The store of one customer on one device. Threads may share it; processes may not."""

import hmac
import os
import sqlite3
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from nabij._acts import Act
from nabij._errors import StoreFailed, StoreInUse
from nabij._gate import Knowledge
from nabij._queue import Row
from nabij._quiet_places import QuietPlace
from nabij._store import documents
from nabij._store.database import (
    add_untold,
    connect,
    count,
    files_of,
    keep,
    knowledge_in,
    row_of,
    seal,
    untold_in,
)
from nabij._store.files import Ledger, delete
from nabij._store.shelf import Shelf
from nabij._values import Receipt
from nabij_consent import EventKind, Purpose, Signal

MOST_RECEIPTS: Final = 100
_WRITING: Final = threading.RLock()

# A child must not be born in the middle of a transaction: closing its copy would roll it back.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_WRITING.acquire,
        after_in_parent=_WRITING.release,
        after_in_child=_WRITING.release,
    )


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a store held when it was opened."""

    device_id: UUID
    knowledge: Knowledge
    untold: tuple[Act, ...]


class Store:
    """An open database, the ledger beside it, and what else goes with a withdrawal.

    Args:
        path: of the database; None: in memory.
        leftovers: files that a withdrawal deletes, too.
        release: lets somebody else open the store.
        shelf: the public files that this customer's device keeps.
    """

    def __init__(
        self,
        path: Path | None,
        new_id: Callable[[], UUID],
        leftovers: Iterable[Path] = (),
        release: Callable[[], None] = lambda: None,
        shelf: Shelf | None = None,
    ) -> None:
        self.shelf = shelf or Shelf(None)
        self._path = path
        self._leftovers = tuple(leftovers)
        self._release = release
        self._ledger = Ledger(path and path.with_suffix(".untold"))
        self._process = os.getpid()
        self._failed = False
        self._db = connect(path)
        try:
            if not self._one("SELECT count(*) FROM device"):
                self._db.execute("INSERT INTO device (one, id) VALUES (1, ?)", (str(new_id()),))
            self._key = str(self._one("SELECT id FROM device")).encode()
        except BaseException:
            self._db.close()
            raise

    @property
    def usable(self) -> bool:
        """Whether this process may rely on it."""
        return not self._failed and self._process == os.getpid()

    def load(self) -> Loaded:
        """Return all that the gate knew.

        Acts that only the ledger still has end permission here, too.

        Raises:
            sqlite3.Error, KeyError, TypeError, ValueError: this is none of our stores.
        """
        salvaged = self._ledger.read()
        untold = {act.id: act for act in untold_in(self._db)}
        for act in salvaged.values():
            if act.id not in untold:
                self._end_on_disk(act)
        if untold.keys() - salvaged.keys():
            self._ledger.write((salvaged | untold).values())
        return Loaded(
            UUID(str(self._one("SELECT id FROM device"))),
            knowledge_in(self._db),
            tuple({**untold, **salvaged}.values()),
        )

    def keep(self, knowledge: Knowledge) -> None:
        """Let the disk know what the gate knows; what no grant allows any more goes."""
        with self._writing() as db:
            keep(db, knowledge)
            if knowledge.learned_at is not None:
                seal(db, knowledge.learned_at)

    def end(self, act: Act, knowledge: Knowledge, untold: Iterable[Act]) -> None:
        """Keep the act until the service knows, and wipe what it ended.

        Where the disk is full or broken the whole file goes, for which there is always room.

        Raises:
            StoreFailed: the act is not on disk.
        """
        try:
            self._write_ledger(untold)
            with self._writing() as db:
                keep(db, knowledge)
                seal(db, act.occurred_at)
                add_untold(db, act)
            delete(self._leftovers)
        except StoreFailed:
            self._destroy()
            self._write_ledger(untold)

    def told(self, act: Act, untold: Iterable[Act]) -> None:
        """Note that the service knows of the act; ``untold`` it does not know of yet."""
        self._write_ledger(untold)
        with self._writing() as db:
            db.execute("DELETE FROM untold WHERE id = ?", (str(act.id),))

    def keep_receipt(self, receipt: Receipt) -> bool:
        """Keep a receipt for the customer, among the newest; False where it was kept before."""
        values = (str(receipt.act_id), receipt.kind.value, receipt.recorded_at.isoformat())
        with self._writing() as db:
            kept = db.execute(
                "INSERT OR IGNORE INTO receipt (act_id, kind, recorded_at, receipt)"
                " VALUES (?, ?, ?, ?)",
                (*values, receipt.receipt),
            ).rowcount
            db.execute(
                "DELETE FROM receipt WHERE number <= (SELECT max(number) FROM receipt) - ?",
                (MOST_RECEIPTS,),
            )
        return bool(kept)

    def receipts(self) -> tuple[Receipt, ...]:
        """Return those that are kept, the oldest first."""
        with self._using() as db:
            found = db.execute(
                "SELECT act_id, kind, recorded_at, receipt FROM receipt ORDER BY number"
            ).fetchall()
        return tuple(
            Receipt(UUID(act_id), EventKind(kind), datetime.fromisoformat(recorded_at), receipt)
            for act_id, kind, recorded_at, receipt in found
        )

    def put(self, row: Row) -> None:
        """Let a row wait, in place of an older one about the same that may be sent as it may."""
        due_at = row.due_at and row.due_at.isoformat()
        with self._writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO waiting"
                " (id, purpose, signal, epoch, hour, status, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*documents.row_values(row), due_at),
            )

    def rows(self) -> tuple[Row, ...]:
        """Return all that wait, in the order in which they came."""
        with self._using() as db:
            found = db.execute(
                "SELECT id, purpose, signal, epoch, hour, status, due_at FROM waiting"
                " ORDER BY rowid"
            ).fetchall()
        return tuple(row_of(each) for each in found)

    def accepted(self, row: Row) -> None:
        """The service has a row: neither it nor an older one waits, and it counts as told."""
        with self._writing() as db:
            db.execute(
                "DELETE FROM waiting WHERE purpose = ? AND signal = ?"
                " AND rowid <= (SELECT rowid FROM waiting WHERE id = ?)",
                (row.purpose.slug, row.signal.value, str(row.id)),
            )
            db.execute(
                "INSERT OR REPLACE INTO reported (id, purpose, signal, epoch, hour, status)"
                " SELECT ?, ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM live_grant"
                " WHERE purpose = ?2 AND signal = ?3 AND epoch = ?4)",
                documents.row_values(row),
            )

    def reported(self, purpose: Purpose, signal: Signal) -> Row | None:
        """Return what the service took last of a signal."""
        with self._using() as db:
            found = db.execute(
                "SELECT id, purpose, signal, epoch, hour, status, NULL FROM reported"
                " WHERE purpose = ? AND signal = ?",
                (purpose.slug, signal.value),
            ).fetchone()
        return row_of(found) if found else None

    def remove(self, row: Row, reason: str | None = None) -> None:
        """Drop a row, and count why where it was not sent."""
        with self._writing() as db:
            removed = db.execute("DELETE FROM waiting WHERE id = ?", (str(row.id),)).rowcount
            if removed and reason is not None:
                count(db, row.signal.value, reason, removed)

    def dropped(self) -> Mapping[tuple[Signal, str], int]:
        """Return how many rows were never sent, by signal and reason."""
        with self._using() as db:
            found = db.execute("SELECT signal, reason, number FROM dropped").fetchall()
        return {(Signal(signal), reason): number for signal, reason, number in found}

    def places(self) -> str | None:
        """Return the places that this device remembers."""
        with self._using():
            found = self._one("SELECT document FROM places")
        return None if found is None else str(found)

    def keep_places(self, document: str, told: Mapping[str, int]) -> None:
        """Remember these places in place of others, and how often each square was told."""
        digests = [(self._digest(code), times) for code, times in told.items()]
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO places VALUES (1, ?)", (document,))
            db.execute("DELETE FROM told_square WHERE sealed_at IS NULL")
            db.executemany("INSERT OR REPLACE INTO told_square VALUES (?, ?, NULL)", digests)

    def times_told(self, code: str) -> int:
        """Return how often a square was told: one can be asked for, and none be listed."""
        with self._using() as db:
            query = "SELECT times FROM told_square WHERE digest = ?"
            found = db.execute(query, (self._digest(code),)).fetchone()
        return found[0] if found else 0

    def has_told(self) -> bool:
        """Return whether any square was told that is not forgotten yet."""
        with self._using():
            return bool(self._one("SELECT count(*) FROM told_square"))

    def forget_told(self) -> None:
        """Forget which squares were told."""
        with self._writing() as db:
            db.execute("DELETE FROM told_square")
            db.execute("DELETE FROM reported WHERE signal = 'gps'")

    def add_quiet(self, place: QuietPlace, tiles: Iterable[str]) -> None:
        """Let nothing be told in these tiles."""
        digests = [(str(place.id), self._digest(tile)) for tile in tiles]
        with self._writing() as db:
            db.execute("INSERT INTO quiet_place VALUES (?, ?)", (str(place.id), place.name))
            db.executemany("INSERT INTO quiet_tile VALUES (?, ?)", digests)

    def remove_quiet(self, place_id: UUID) -> None:
        """Let a place be told like any other."""
        with self._writing() as db:
            db.execute("DELETE FROM quiet_place WHERE id = ?", (str(place_id),))

    def quiet_places(self) -> tuple[QuietPlace, ...]:
        """Return what the customer called them, in the order in which they were marked."""
        with self._using() as db:
            found = db.execute("SELECT id, name FROM quiet_place ORDER BY rowid").fetchall()
        return tuple(QuietPlace(UUID(place_id), name) for place_id, name in found)

    def is_quiet(self, tile: str) -> bool:
        """Return whether a quiet place reaches into a tile."""
        with self._using() as db:
            query = "SELECT 1 FROM quiet_tile WHERE digest = ?"
            return db.execute(query, (self._digest(tile),)).fetchone() is not None

    def seal(self, now: datetime) -> None:
        """Date the told squares once no grant allows places; delete those dated 30 days ago."""
        if self.has_told():
            with self._writing() as db:
                seal(db, now)

    def _digest(self, code: str) -> bytes:
        return hmac.digest(self._key, code.encode(), "sha256")

    def person(self) -> str | None:
        """Return the mark of the account that signed in here."""
        with self._using():
            found = self._one("SELECT person FROM device")
        return None if found is None else str(found)

    def keep_person(self, mark: str) -> None:
        """Remember who signed in here."""
        with self._writing() as db:
            db.execute("UPDATE device SET person = ?", (mark,))

    def close(self) -> None:
        """Let somebody else open it. Sends and deletes nothing."""
        if self._process != os.getpid():
            return
        self._failed = True
        with _WRITING:
            self._db.close()
        self._release()

    @contextmanager
    def _using(self) -> Generator[sqlite3.Connection]:
        if self._process != os.getpid():
            raise StoreInUse
        if self._failed:
            raise StoreFailed
        with _WRITING:
            try:
                yield self._db
            except sqlite3.Error:
                self._failed = True
                self._roll_back()
                # Not from the database's error, whose text may repeat what was to be stored.
                raise StoreFailed from None

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        with self._using() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):  # it has failed already
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _write_ledger(self, untold: Iterable[Act]) -> None:
        try:
            self._ledger.write(untold)
        except OSError:
            self._failed = True
            raise StoreFailed from None

    def _destroy(self) -> None:
        with _WRITING, suppress(sqlite3.Error):
            self._db.close()
        if self._path is not None:
            delete((*files_of(self._path), *self._leftovers))

    def _end_on_disk(self, act: Act) -> None:
        with self._writing() as db:
            for signal in act.signals:
                db.execute(
                    "DELETE FROM answer WHERE signal = ? AND purpose = coalesce(?, purpose)",
                    (signal.value, act.purpose and act.purpose.slug),
                )
            seal(db, act.occurred_at)
            add_untold(db, act)

    def _one(self, query: str) -> object:
        row = self._db.execute(query).fetchone()
        return None if row is None else row[0]
