"""A check of the doctor, and the processes that it is for.

Rules:

1. a check asks with the login that the settings name, as the role that this part works as: what it
   finds is what `serve` or `worker` would meet;
2. what only another part needs is not asked: a healthy installation has nothing to mend;
3. where a check is known to fail because of another one, it is not made.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import psycopg

from nabij_backend import sql
from nabij_backend.db import Role, connection_as
from nabij_backend.errors import UserError
from nabij_backend.settings import Settings
from nabij_consent import InvalidNotice

_SQL = sql.load("health")


class Part(StrEnum):
    """Who is to work with these settings."""

    SERVE = "serve"
    WORKER = "worker"
    OPERATOR = "operator"

    @property
    def role(self) -> Role:
        """As whom it reads the database."""
        return Role.WORKER if self is Part.WORKER else Role.API


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is, whether it is well, and what to do if not."""

    what: str
    well: bool
    advice: str


@dataclass(frozen=True, slots=True)
class Target:
    """Who is looked at: a part of an installation, with its settings."""

    part: Part
    settings: Settings

    @property
    def url(self) -> str:
        """The address of its database."""
        return self.settings.required_database_url

    def rows(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """Return what its own role reads."""

        async def read() -> list[dict[str, Any]]:
            async with connection_as(self.part.role, self.url) as connection:
                return await (await connection.execute(_SQL[query], parameters)).fetchall()

        return asyncio.run(read())

    def value(self, query: str, **parameters: object) -> object:
        """Return the one value that its login reads, whatever its role may."""
        with psycopg.connect(self.url, connect_timeout=5) as connection:
            row = connection.execute(_SQL[query], parameters).fetchone()
        return None if row is None else row[0]


@dataclass(frozen=True, slots=True)
class Check:
    """What is asked, how it is found out, what to do where the answer is no, and who needs it.

    ``advice`` may differ from part to part. A ``UserError`` of ``is_well`` is said instead.
    """

    what: str
    is_well: Callable[[Target], bool]
    advice: str | Mapping[Part, str]
    parts: frozenset[Part] = frozenset(Part)

    def look(self, target: Target) -> Finding:
        """Find out."""
        advice = self.advice if isinstance(self.advice, str) else self.advice[target.part]
        try:
            return Finding(self.what, self.is_well(target), advice)
        except (psycopg.Error, OSError):
            return Finding(self.what, well=False, advice=advice)
        except (InvalidNotice, UserError) as error:
            return Finding(self.what, well=False, advice=str(error))


def of(*parts: Part) -> frozenset[Part]:
    """Return those alone."""
    return frozenset(parts)
