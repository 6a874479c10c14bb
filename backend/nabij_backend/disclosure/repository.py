"""The statements about reports of vulnerabilities."""

from datetime import date
from typing import Any

from nabij_backend import sql
from nabij_backend.db import Connection
from nabij_backend.enums import ReportState

_SQL = sql.load("disclosure")


async def add(connection: Connection, digest: bytes, text: str, today: date) -> None:
    """Keep a report."""
    await connection.execute(_SQL["add"], {"digest": digest, "text": text, "today": today})


async def progress(connection: Connection, digest: bytes) -> dict[str, Any] | None:
    """Return how far a report is, as ``ReportProgress`` has it; None: there is none."""
    return await (await connection.execute(_SQL["progress"], {"digest": digest})).fetchone()


async def everything(connection: Connection) -> list[dict[str, Any]]:
    """Return every report, open ones first: ``report``, which names it, and all that it holds."""
    return await (await connection.execute(_SQL["everything"])).fetchall()


async def settle(
    connection: Connection, report: str, state: ReportState, answer: str | None, today: date
) -> bool:
    """Say how far the report is; False where there is none of this name."""
    values = {"report": report, "state": state, "answer": answer, "today": today}
    return (await connection.execute(_SQL["settle"], values)).rowcount == 1
