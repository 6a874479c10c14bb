"""Migrated databases for tests: each test finds one as the migrations leave it.

Copying a database takes a quarter of a second, emptying one takes none to speak of. So a database
is emptied and lent again, unless a test has changed more than rows: then it is dropped. What is
kept on top of a database, such as its superuser's connection, is kept as long as it is.
"""

import hashlib
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from typing import TypeAlias
from uuid import uuid4

import psycopg
from psycopg import sql

from nabij_backend.migrations import newest_revision
from nabij_backend.migrations.run import migrate
from nabij_backend.sql import load
from nabij_dev import embedded
from tests.keys import FINGERPRINTS

_MAKING_TEMPLATE = 1
_CREATE = sql.SQL("CREATE DATABASE {}")
_COPY = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
_DROP = sql.SQL("DROP DATABASE {} WITH (FORCE)")
_COPY_OUT = sql.SQL("COPY nabij.{} TO STDOUT")
_COPY_IN = sql.SQL("COPY nabij.{} FROM STDIN")

# Every row that describes the schema, with the transaction that wrote it.
_SCHEMA = """
SELECT md5(string_agg(description, ' ' ORDER BY description)) FROM (
    SELECT 'class' || oid || ' ' || xmin::text FROM pg_class
    WHERE relnamespace IN ('nabij'::regnamespace, 'public'::regnamespace)
    UNION ALL SELECT 'column' || attrelid || ' ' || attnum || ' ' || attribute.xmin::text
    FROM pg_attribute AS attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'nabij'::regnamespace
    UNION ALL SELECT 'constraint' || oid || ' ' || xmin::text FROM pg_constraint
    UNION ALL SELECT 'trigger' || oid || ' ' || xmin::text FROM pg_trigger
    UNION ALL SELECT 'policy' || oid || ' ' || xmin::text FROM pg_policy
    UNION ALL SELECT 'function' || oid || ' ' || xmin::text FROM pg_proc
    WHERE pronamespace = 'nabij'::regnamespace
    UNION ALL SELECT 'callers' || oid || ' ' || proacl::text FROM pg_proc WHERE proacl IS NOT NULL
    UNION ALL SELECT 'database' || coalesce(datacl::text, '') FROM pg_database
    WHERE datname = current_database()
) AS described (description)
"""

# Without the triggers that keep evidence from being deleted.
_EMPTY = """
SET session_replication_role = replica;
DO $$ DECLARE kept text; BEGIN
    FOR kept IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'nabij'
            AND tablename NOT IN (
                'alembic_version', 'catalogue', 'consent_log', 'neighbour_salt',
                'notification_channel', 'clock_tolerance')
    LOOP EXECUTE format('DELETE FROM nabij.%I', kept); END LOOP;
END $$;
DELETE FROM nabij.consent_log WHERE number > 0;
UPDATE nabij.catalogue SET version = 0;
RESET session_replication_role;
"""
# The database knows the keys that `give_keys` gives.
_KEYS = """
INSERT INTO nabij.installation_key (kind, fingerprint, known_since)
VALUES ('signing', %(signing)s, now()), ('identity', %(identity)s, now())
"""
# Tests make their time up; those about the clock take this back.
_ANY_TIME = "UPDATE nabij.clock_tolerance SET apart = '200 years'"
_STAMP = "UPDATE nabij.alembic_version SET version_num = %s"


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'nabij'"
_DELETE = sql.SQL("DELETE FROM nabij.{}")
Backup: TypeAlias = dict[str, bytes]


class Databases:
    """Lends the databases of one test process."""

    def __init__(self, cluster: embedded.Cluster) -> None:
        self._cluster = cluster
        self._template = _template(cluster)
        self._free: list[Database] = []

    @contextmanager
    def lent(self) -> Generator["Database"]:
        """A migrated, empty database."""
        database = self._free.pop() if self._free else Database(self._cluster, self._template)
        yield database
        if database.is_emptied():
            self._free.append(database)
        else:
            database.drop()

    def close(self) -> None:
        """Drop those that are free."""
        for database in self._free:
            database.drop()


class Database:
    """A copy of the template.

    Attributes:
        url: its address, for a superuser.
        uses: what is to be closed before the database is dropped.
    """

    def __init__(self, cluster: embedded.Cluster, template: str) -> None:
        self._name = f"test_{uuid4().hex}"
        self._cluster = cluster
        _run(cluster, _COPY, self._name, template)
        self.url = cluster.url(self._name)
        self.uses = ExitStack()
        # Prepared statements would outlive the session that a test believes it has.
        connection = psycopg.connect(self.url, autocommit=True, prepare_threshold=None)
        self._connection = self.uses.enter_context(connection)
        # Privileges on a database itself are not copied from its template.
        connection.execute(load("roles_and_extensions")["keep_bytes_out"])
        self._schema = _schema(connection)

    def superuser(self) -> psycopg.Connection:
        """A connection that sees and may do everything; each statement commits by itself."""
        self._connection.execute("SET search_path = nabij, public")
        return self._connection

    def rows(self, table: str) -> bytes:
        """All rows of a table, to be put into another database."""
        statement = _COPY_OUT.format(sql.Identifier(table))
        with self._connection.cursor().copy(statement) as copied:
            return b"".join(copied)

    def put(self, table: str, rows: bytes) -> None:
        """Add rows to a table."""
        statement = _COPY_IN.format(sql.Identifier(table))
        with self._connection.cursor().copy(statement) as copied:
            copied.write(rows)

    def backup(self) -> "Backup":
        """All rows, by table."""
        tables = [table for (table,) in self._connection.execute(_TABLES).fetchall()]
        return {table: self.rows(table) for table in tables}

    def restore(self, backup: "Backup") -> None:
        """Put the rows back, past the triggers; what came since is gone."""
        with self._connection.transaction():
            self._connection.execute("SET LOCAL session_replication_role = replica")
            for table in backup:
                self._connection.execute(_DELETE.format(sql.Identifier(table)))
            for table, rows in backup.items():
                self.put(table, rows)

    def is_emptied(self) -> bool:
        """Delete all rows; False where a test changed the schema, or cut the connection."""
        try:
            self._connection.rollback()
            self._connection.execute("DISCARD ALL")
            if _schema(self._connection) != self._schema:
                return False
            self._connection.execute(_EMPTY)
            self._connection.execute(_ANY_TIME)
            self._connection.execute(_KEYS, FINGERPRINTS)
            self._connection.execute(_STAMP, [newest_revision()])
        except psycopg.OperationalError:
            return False
        return True

    def drop(self) -> None:
        """End it."""
        self.uses.close()
        _run(self._cluster, _DROP, self._name)


@contextmanager
def blank_database(cluster: embedded.Cluster) -> Generator[str]:
    """The address of a database that nobody has migrated."""
    name = f"blank_{uuid4().hex}"
    _run(cluster, _CREATE, name)
    yield cluster.url(name)
    _run(cluster, _DROP, name)


def _template(cluster: embedded.Cluster) -> str:
    """The name of a migrated database; made once for each state of the migrations."""
    name = f"template_{_migrations_digest()}"
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_MAKING_TEMPLATE])
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if known.fetchone() is None:
            draft = f"draft_{uuid4().hex}"
            connection.execute(_CREATE.format(sql.Identifier(draft)))
            migrate(cluster.url(draft))
            with psycopg.connect(cluster.url(draft)) as made:
                made.execute(_ANY_TIME)
                made.execute(_KEYS, FINGERPRINTS)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
    return name


def _migrations_digest() -> str:
    versions = files("nabij_backend.migrations") / "versions"
    statements = [files("nabij_backend.sql") / "roles_and_extensions.sql"]
    statements += [file for file in versions.iterdir() if file.name.endswith(".sql")]
    texts = sorted(file.read_text(encoding="utf-8") for file in statements)
    made_of = "".join([*texts, *FINGERPRINTS.values()])
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]


def _schema(connection: psycopg.Connection) -> str:
    (digest,) = connection.execute(_SCHEMA).fetchone() or ("",)
    return digest


def _run(cluster: embedded.Cluster, statement: sql.SQL, *names: str) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(statement.format(*map(sql.Identifier, names)))
