"""Requests as they lie in the register."""

from datetime import datetime
from uuid import UUID, uuid4

import psycopg


def ask(
    superuser: psycopg.Connection, subject: UUID, *, due_at: datetime, outcome: str | None = None
) -> None:
    """Somebody asked something, and is to be answered by then, or was."""
    superuser.execute(
        """
        INSERT INTO request (subject_id, request_id, kind, received_at, due_at, outcome,
                             answered_at)
        VALUES (%(subject)s, %(id)s, 'insight', %(due)s::timestamptz - interval '28 days', %(due)s,
                %(outcome)s, %(answered)s)
        """,
        {
            "subject": subject,
            "id": uuid4(),
            "due": due_at,
            "outcome": outcome,
            "answered": due_at if outcome else None,
        },
    )
