"""Reports of vulnerabilities.

Rules:

1. who reports is not asked: no account and no address is kept, and of the time the day;
2. a finder comes back with a code of 128 random bits. Its SHA-256 is kept, so that nobody who reads
   the database can ask in a finder's name;
3. an operator says how far it is; the service itself never reads a text again;
4. a report goes a year after it was settled.
"""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Final

from nabij_backend.db import Connection
from nabij_backend.disclosure import repository
from nabij_backend.disclosure.schemas import NewReport, ReportCode, ReportProgress
from nabij_backend.http.problems import Problem, ProblemType

_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32
_CODE_BYTES: Final = 16
_CODE_LETTERS: Final = 26


async def report(
    connection: Connection, told: NewReport, random_bytes: Callable[[int], bytes], today: date
) -> ReportCode:
    """Keep a report; returns the code that asks for its progress."""
    code = _spelt(random_bytes(_CODE_BYTES))
    await repository.add(connection, _digest(code), told.text, today)
    return ReportCode(code=code)


async def progress(connection: Connection, code: str) -> ReportProgress:
    """Return how far the report of this code is.

    Raises:
        Problem: there is none.
    """
    found = await repository.progress(connection, _digest(code))
    if found is None:
        raise Problem(ProblemType.NO_REPORT)
    return ReportProgress(**found)


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def _spelt(data: bytes) -> str:
    number = int.from_bytes(data)
    places = range(5 * (_CODE_LETTERS - 1), -1, -5)
    return "".join(_LETTERS[number >> place & 31] for place in places)
