"""The supplier's view: the dashboard's answers, and the rows about a person."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

import httpx2
from psycopg.rows import DictRow

from nabij import Cell
from nabij_backend import sql
from nabij_backend.db import Database, SignInDigest
from nabij_backend.identity import SignIn
from nabij_backend.identity.keys import identity_key
from nabij_backend.identity.local import ISSUER
from nabij_dev.demo.phones import Phone
from nabij_dev.demo.stage import Stage

_SQL = sql.load("demo", "nabij_dev.demo")


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What the supplier can learn about a customer."""

    stage: Stage

    def square_of(self, phone: Phone) -> Cell | None:
        """Return the square that the dashboard shows this customer; None where none is known."""
        answer = httpx2.get(
            f"{self.stage.address}/v1/me/nearby",
            headers={"Authorization": f"Bearer {phone.token()}"},
        )
        return Cell.parse(answer.json()["cell"]) if answer.is_success else None

    def rows_of(self, phone: Phone) -> Mapping[str, int]:
        """Return how many rows each table holds by this customer's consent, grants included."""
        rows = asyncio.run(self._ask("rows_of_subject", phone))
        return {row["table_name"]: row["rows"] for row in rows}

    def statuses_of(self, phone: Phone) -> Sequence[DictRow]:
        """Return all that was collected about this customer.

        Signal, status and hour of each row.
        """
        return asyncio.run(self._ask("status_of_subject", phone))

    async def _ask(self, statement: str, phone: Phone) -> list[DictRow]:
        settings = self.stage.settings
        digest = SignIn(ISSUER, phone.sign_in_as).digest(identity_key(settings))
        database = Database(settings, new_id=uuid4)
        await database.open()
        try:
            async with database.transaction_of("dashboard", SignInDigest(digest)) as own:
                parameters = {"subject_id": own.subject_id}
                cursor = await own.connection.execute(_SQL[statement], parameters)
                return await cursor.fetchall()
        finally:
            await database.close()
