"""Registers of the catalogue, removal of sources, and undoing of changes.

Rules:

1. a source that an operator removed does not come back with the next import; a register that was
   removed does;
2. changes of a register are undone in reverse order, for ``REVERSIBLE_FOR``; undoing one brings the
   catalogue back to what it was before, except for sources that are known to be a private person's
   since, and those that were removed for one;
3. a source that left was published by name, or nothing tells of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from nabij_backend import sql
from nabij_backend.errors import UserError

REVERSIBLE_FOR: Final = timedelta(days=90)
_SQL = sql.load("changes")


class NoSuchSource(UserError):
    """No source has this id. `nabij sources list` shows ids."""


class NoSuchRegister(UserError):
    """The catalogue has no sources of this register. `nabij sources registers` lists them."""


class NothingToUndo(UserError):
    """No change of the catalogue can be undone."""


class AlreadyUndone(UserError):
    """This change was undone before."""


class LaterChange(UserError):
    """A later change of the same register stands: undo that one first."""


class TooOld(UserError):
    """A change can be undone for 90 days. Import an earlier file instead."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of the catalogue.

    Attributes:
        change: its number.
        register: of which register; None: of the supplier's own sources.
        departed: how many sources left.
        returned: how many sources are as they were before.
        catalogue_version: of the catalogue as it is now.
    """

    change: int
    register: str | None
    departed: int
    returned: int
    catalogue_version: int


_Run = Callable[[str], psycopg.Cursor[dict[str, Any]]]


def registers(connection: psycopg.Connection) -> list[dict[str, Any]]:
    """Return every register, with its edition, licence and numbers of sources."""
    return _runner(connection, {})("registers").fetchall()


def show(connection: psycopg.Connection, source_id: str) -> dict[str, Any]:
    """Return a source that is published by name, or why it left the catalogue.

    Raises:
        NoSuchSource: neither.
    """
    run = _runner(connection, {"source_id": source_id})
    found = run("show").fetchone() or run("show_departed").fetchone()
    if found is None:
        raise NoSuchSource
    return found


def remove(connection: psycopg.Connection, source_id: str, now: datetime) -> Changed:
    """Remove a source for good; a private person's can be removed by its id in its register.

    Raises:
        NoSuchSource: no source has this id.
    """
    values: dict[str, Any] = {"source_id": source_id, "now": now}
    run = _runner(connection, values)
    with connection.transaction():
        run("take_turn")
        found = run("find").fetchone()
        if found is None:
            raise NoSuchSource
        values |= found
        values["change"] = _number(run("record_removal"))
        if values["source_id"] is None:
            run("remove_neighbour")
            run("forget_neighbour")
        else:
            run("remember_source")
            run("remove_source")
        run("bury_for_good")
        values["departed"] = 1
        run("record_departed")
        return _published(run, values, departed=1, returned=0)


def remove_register(connection: psycopg.Connection, name: str, now: datetime) -> Changed:
    """Remove all sources of a register.

    Raises:
        NoSuchRegister: there are none.
    """
    values: dict[str, Any] = {"register": name, "now": now}
    run = _runner(connection, values)
    with connection.transaction():
        run("take_turn")
        if name not in {each["name"] for each in run("registers")}:
            raise NoSuchRegister
        values["change"] = _number(run("record_removal"))
        departed = run("remember_register").rowcount
        if not departed:
            raise NoSuchRegister
        for statement in ("bury_register", "remove_register", "remove_register_neighbours"):
            run(statement)
        run("forget_edition")
        values["departed"] = departed
        run("record_departed")
        return _published(run, values, departed=departed, returned=0)


def undo(connection: psycopg.Connection, change: int | None, now: datetime) -> Changed:
    """Bring the catalogue back to what it was before a change; None: the newest that stands.

    Raises:
        NothingToUndo: there is no such change.
        AlreadyUndone: it was undone before.
        LaterChange: a later change of the same register stands.
        TooOld: it is older than ``REVERSIBLE_FOR``.
    """
    values: dict[str, Any] = {"change": change, "now": now}
    run = _runner(connection, values)
    with connection.transaction():
        run("take_turn")
        found = run("last_change").fetchone()
        if found is None:
            raise NothingToUndo
        if found["undone_at"] is not None:
            raise AlreadyUndone
        if not found["is_newest"]:
            raise LaterChange
        if now - found["changed_at"] > REVERSIBLE_FOR:
            raise TooOld
        values |= {"change": found["number"], "register": found["register"]}
        values["before"] = Jsonb(found["register_before"])
        run("unbury")
        run("bury_undone")
        departed = run("take_away").rowcount + run("take_away_neighbours").rowcount
        returned = run("bring_back").rowcount + run("bring_back_neighbours").rowcount
        for statement in ("describe_as_before", "mark_undone"):
            run(statement)
        return _published(run, values, departed=departed, returned=returned)


def _published(run: _Run, values: dict[str, Any], *, departed: int, returned: int) -> Changed:
    row = run("publish").fetchone()
    if row is None:
        raise RuntimeError("A statement that always answers one row answered none.")
    return Changed(values["change"], values["register"], departed, returned, row["version"])


def _runner(connection: psycopg.Connection, values: dict[str, Any]) -> _Run:
    """Return the function that runs a statement with the values as they are then."""

    def run(name: str) -> psycopg.Cursor[dict[str, Any]]:
        return connection.cursor(row_factory=dict_row).execute(_SQL[name], values)

    return run


def _number(cursor: psycopg.Cursor[dict[str, Any]]) -> int:
    (row,) = cursor.fetchall()
    return row["number"]
