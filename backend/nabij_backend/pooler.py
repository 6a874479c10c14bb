"""Detection of a connection pooler in front of PostgreSQL, such as PgBouncer.

A pooler that gives each transaction another session breaks what Nabij relies on: the role and the
time limits of a session, LISTEN, and prepared statements. One request would work with what another
one left behind. No answer tells which mode a pooler is in, so none is accepted.

PostgreSQL tells each client the number of the process that serves it, for cancellations
(BackendKeyData, https://www.postgresql.org/docs/current/protocol-message-formats.html). A pooler,
whose processes change, makes one up.
"""

import psycopg

from nabij_backend.errors import UserError


class BehindPooler(UserError):
    """A pooler stands between Nabij and PostgreSQL, where one request would meet another's session.

    Let NABIJ_DATABASE_URL name PostgreSQL itself: each process keeps its own connections, at most
    NABIJ_POOL_SIZE and seven more.
    """


def require_direct(
    connection: psycopg.Connection[object] | psycopg.AsyncConnection[object], process: int
) -> None:
    """Check that the connection is to the process that says that it serves it.

    Raises:
        BehindPooler: it is to another one.
    """
    if connection.pgconn.backend_pid != process:
        raise BehindPooler
