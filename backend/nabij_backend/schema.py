"""The database schema: description from PostgreSQL's catalogue, and comparison.

``schema.txt`` holds each object of a database that was just migrated: roles, tables, columns,
constraints, indexes, policies, triggers, functions, types and privileges. A database that differs
by one of them may keep what nobody may, so nothing works on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import psycopg

from nabij_backend import sql
from nabij_backend.errors import UserError

_SQL = sql.load("schema")
FILE: Final = Path(__file__).with_name("schema.txt")
# PostgreSQL tells the definitions in its own words, and another release may choose others.
_IN_WORDS_OF: Final = 15
_INDENT = "    "
_MOST_NAMED = 5


class OtherSchema(UserError):
    """The database's schema is not the one of this release, so nothing works on it.

    Undo what was changed by hand.
    """

    def __init__(self, differences: "Differences") -> None:
        super().__init__()
        self.differences = differences

    def __str__(self) -> str:
        """Name what differs."""
        return f"{super().__str__()} {self.differences}"


@dataclass(frozen=True, slots=True)
class Differences:
    """The objects that differ, by kind and name: ``policy live_grant of_subject``."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    added: tuple[str, ...]

    def __bool__(self) -> bool:
        return any((self.missing, self.changed, self.added))

    def __str__(self) -> str:
        """Return a line that says how to mend it."""
        parts = {"Missing": self.missing, "Changed": self.changed, "Added": self.added}
        return " ".join(f"{what}: {_named(names)}." for what, names in parts.items() if names)


def describe(connection: psycopg.Connection) -> dict[str, str]:
    """Describe every object of the database, by kind and name; for whichever login.

    Raises:
        psycopg.errors.LockNotAvailable: a migration or somebody else holds a table.
    """
    with connection.transaction():
        connection.execute(_SQL["alone"])
        connection.execute(_SQL["in_time"])
        rows = connection.execute(_SQL["objects"]).fetchall()
    return {f"{kind} {name}": definition for kind, name, definition in rows}


def described(objects: Mapping[str, str]) -> str:
    """Return the text of ``schema.txt``."""
    lines: list[str] = []
    for name in sorted(objects):
        lines.append(name)
        lines += (f"{_INDENT}{line}".rstrip() for line in objects[name].splitlines())
    return "\n".join(lines) + "\n"


@cache
def expected() -> Mapping[str, str]:
    """Return what this release's migrations make."""
    objects: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in FILE.read_text("utf-8").splitlines():
        if line and not line.startswith(_INDENT):
            lines = objects.setdefault(line, [])
        else:
            lines.append(line.removeprefix(_INDENT))
    return {name: "\n".join(definition) for name, definition in objects.items()}


def differences(found: Mapping[str, str]) -> Differences:
    """Return how what was found differs from what this release's migrations make."""
    ours = expected()
    said = {name: _stripped(definition) for name, definition in found.items()}
    return Differences(
        tuple(sorted(ours.keys() - said.keys())),
        tuple(sorted(each for each in ours.keys() & said.keys() if ours[each] != said[each])),
        tuple(sorted(said.keys() - ours.keys())),
    )


def require_schema(connection: psycopg.Connection) -> None:
    """Go on with a database of this release's schema, and with one that cannot be compared.

    Raises:
        OtherSchema: something differs.
    """
    if not is_comparable(connection.info.server_version):
        return
    if found := differences(describe(connection)):
        raise OtherSchema(found)


def is_comparable(server_version: int) -> bool:
    """Return whether a server of this version, such as 150004, words a schema as we do."""
    return server_version // 10_000 == _IN_WORDS_OF


def columns_of(table: str) -> tuple[str, ...]:
    """Name the columns of a table."""
    of_table = f"column {table}."
    return tuple(name.removeprefix(of_table) for name in expected() if name.startswith(of_table))


def _stripped(definition: str) -> str:
    return "\n".join(line.rstrip() for line in definition.splitlines())


def _named(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMED
    tables_first = sorted(names, key=lambda name: (not name.startswith("table "), name))
    return ", ".join(tables_first[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
