"""What the service would refuse, PostgreSQL refuses by itself, whichever role asks.

For every table that a role can write, by PostgreSQL's own catalogue: a row that is accepted, the
same row with each column replaced by the worst that its type can hold, and rows that are wrong as a
whole.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from tests.backend.database.roles import ROLES, acting_as, become
from tests.backend.database.rows import ROWS, STRANGER, insert

_NOW = {"hour": "date_trunc('hour', now(), 'UTC')"}

OPERATOR = "0c000000-0000-4000-8000-000000000001"

# What else the roles write: as whom, and a row.
OTHERS: list[tuple[str, str, dict[str, str]]] = [
    ("nabij_api", "pending_leaf", {"leaf_hash": "sha256('leaf')"}),
    (
        "nabij_api",
        "vulnerability_report",
        {
            "code_digest": "sha256('code')",
            "text": "'a fault'",
            "received_on": "current_date",
            "state": "'received'",
            "changed_on": "current_date",
        },
    ),
    ("nabij_api", "erasure", {"pseudonym": "sha256('erased')", "erased_at": "now()"}),
    (
        "nabij_operator",
        "notice",
        {
            "version": "2",
            "digest": "encode(sha256('notice'), 'hex')",
            "document": "(SELECT document FROM notice WHERE version = 1)",
            "published_at": "now()",
        },
    ),
    ("nabij_operator", "known_source", {"source_id": "'mast'"}),
    (
        "nabij_operator",
        "register",
        {
            "name": "'made-up'",
            "edition": "'2026-01-01'",
            "licence": "'CC0'",
            "attribution": "'Made up by us'",
            "url": "'https://register.example'",
        },
    ),
    (
        "nabij_operator",
        "catalogue_change",
        {
            "kind": "'import'",
            "register": "'made-up'",
            "register_before": "(SELECT to_jsonb(r) FROM register AS r)",
            "edition": "'2026-01-01'",
            "licence": "'CC0'",
            "changed_at": "now()",
        },
    ),
    (
        "nabij_operator",
        "catalogue_before",
        {
            "change": "(SELECT number FROM catalogue_change)",
            "digest": "sha256('roof')",
            "source_id": "'roof'",
            "source": "(SELECT to_jsonb(s) - 'same_as' FROM source AS s WHERE source_id = 'roof')",
        },
    ),
    (
        "nabij_operator",
        "tombstone",
        {
            "digest": "sha256('mast')",
            "source_id": "'mast'",
            "register": "'made-up'",
            "reason": "'missing'",
            "change": "(SELECT number FROM catalogue_change)",
        },
    ),
    (
        "nabij_operator",
        "source",
        {
            "source_id": "'roof-2'",
            "name": "'Roof'",
            "technology": "'solar'",
            "owner_kind": "'cooperative'",
            "capacity_kw": "900",
            "story": "'Ours'",
            "licence": "'CC0'",
            "made_up": "true",
            "located": "'site'",
            "geom": "ST_Point(3973000, 3263000, 3035)",
            "register": "'made-up'",
            "count": "1",
            "latitude_e5": "5236590",
            "longitude_e5": "488573",
            "language": "'nl'",
        },
    ),
    (
        "nabij_operator",
        "neighbour",
        {
            "digest": "sha256('neighbour')",
            "technology": "'solar'",
            "northing_m": "3263000",
            "easting_m": "3973000",
            "least_kw": "5",
            "most_kw": "15",
            "licence": "'CC0'",
            "register": "'made-up'",
            "made_up": "true",
        },
    ),
    (
        "nabij_operator",
        "operator_log",
        {
            "entry_id": "gen_random_uuid()",
            "operator_id": "(SELECT operator_id FROM operator)",
            "action": "'subject-show'",
            "done_at": "now()",
        },
    ),
    (
        "nabij_operator",
        "operator_refusal",
        {
            "entry_id": "gen_random_uuid()",
            "action": "'subject-show'",
            "reason": "'no-claim'",
            "operator_id": "(SELECT operator_id FROM operator)",
            "refused_at": "now()",
        },
    ),
    (
        "nabij_worker",
        "settled_leaf",
        {"leaf_hash": "sha256('leaf')", "operator_id": f"'{OPERATOR}'", "settled_at": "now()"},
    ),
    ("nabij_worker", "consent_leaf", {"position": "0", "leaf_hash": "sha256('leaf')"}),
    ("nabij_worker", "consent_leaf", {"position": "1", "leaf_hash": "sha256('leaf 2')"}),
    ("nabij_worker", "consent_node", {"level": "1", "index": "0", "hash": "sha256('node')"}),
    (
        "nabij_worker",
        "checkpoint",
        {
            "tree_size": "2",
            "root_hash": "sha256('root')",
            "signed_at": "now()",
            "signed_tree_head": "'e30.e30.c2ln'",
        },
    ),
    (
        "nabij_worker",
        "cosignature",
        {
            "tree_size": "2",
            "origin": "'nabij.example/log'",
            "witness": "'witness.example/w1'",
            "line": "'— witness.example/w1 ' || repeat('A', 102) || '=='",
            "cosigned_at": "now()",
        },
    ),
]

WRITTEN: list[tuple[str, str, dict[str, str]]] = [
    *(("nabij_api", table, row | (_NOW if "hour" in row else {})) for table, row in ROWS),
    *OTHERS,
]

_TEXTS = ("''", "'a@b.nl 52.3702, 4.8952'", "repeat('x', 10000)")
_TIMES = ("'infinity'", "'2199-01-01'", "'1999-12-31'")
_NUMBERS = ("-2147483648", "2147483647")
WORST: dict[str, tuple[str, ...]] = {
    "uuid": (),
    "timestamptz": _TIMES,
    "date": _TIMES,
    "int2": ("-32768", "32767"),
    "int4": _NUMBERS,
    "int8": ("-9223372036854775808", "9223372036854775807"),
    "float8": ("'NaN'", "-1", "'infinity'"),
    "text": _TEXTS,
    "varchar": _TEXTS,
    "bytea": ("''", "'\\x00'", "convert_to(repeat('x', 1000), 'UTF8')"),
    "bool": (),
    "_signal": ("'{}'", "'{gps,gps}'", "'{gps,gsm,wifi,gps}'"),
    "jsonb": ("'{}'", "'[]'", "'null'"),
    "geometry": ("ST_GeomFromText('POINT EMPTY', 3035)", "ST_Point(4.8952, 52.3702, 4326)"),
}

# What a public register says of a source is told as it stands; a device's clock may be wrong.
AS_TOLD = {
    *(("source", column) for column in ("source_id", "name", "story", "licence", "register")),
    ("vulnerability_report", "text"),  # a finder's own words
    *(("neighbour", column) for column in ("licence", "register")),
    ("known_source", "source_id"),
    *(("register", column) for column in ("licence", "attribution")),
    ("catalogue_change", "licence"),
    ("tombstone", "source_id"),
    ("consent_event", "occurred_at"),
}

_COLUMNS = """
SELECT attname::text, typname::text, attnotnull
FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
"""

_WRITABLE = """
SELECT DISTINCT role, c.relname::text
FROM pg_class AS c, unnest(%s::text[]) AS role
WHERE c.relnamespace = 'nabij'::regnamespace AND c.relkind = 'r'
  AND has_any_column_privilege(role, c.oid, 'INSERT')
"""

IDS = [f"{number} {table}" for number, (_, table, _) in enumerate(WRITTEN)]


@contextmanager
def before(url: str, number: int) -> Generator[psycopg.Connection]:
    """A transaction that has written all rows before this one, by a clock that counts; undone."""
    with psycopg.connect(url) as connection:
        connection.execute("SET search_path = nabij, public, pg_temp")
        connection.execute("UPDATE clock_tolerance SET apart = '5 minutes'")
        connection.execute("INSERT INTO operator VALUES (%s, sha256('o'), now())", [OPERATOR])
        become(connection, STRANGER)
        for role, table, row in WRITTEN[:number]:
            act_as(connection, role)
            connection.execute(insert(table, row))
        if number < len(WRITTEN):
            act_as(connection, WRITTEN[number][0])
        yield connection
        connection.rollback()


def act_as(connection: psycopg.Connection, role: str) -> None:
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))


def accepts(connection: psycopg.Connection, statement: sql.SQL | sql.Composed) -> bool:
    """Whether PostgreSQL takes it, up to and with what it asks at the end of a transaction."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.Error:
        return False
    return True


def test_each_row_that_a_role_can_write_is_tried(shared_superuser: psycopg.Connection) -> None:
    roles = [role for role in ROLES if role != "nabij_owner"]
    writable = shared_superuser.execute(_WRITABLE, [roles]).fetchall()
    tried = {(role, table) for role, table, _ in WRITTEN}
    # As nabij_api does; and where nothing is ever kept (tests/backend/test_health.py).
    assert set(writable) - tried == {("nabij_worker", "push_outbox"), ("nabij_api", "disk_probe")}


@pytest.mark.parametrize("number", range(len(WRITTEN)), ids=IDS)
def test_no_column_takes_the_worst(surroundings: str, shared_url: str, number: int) -> None:
    assert surroundings
    _, table, row = WRITTEN[number]
    with before(shared_url, number) as connection:
        assert accepts(connection, insert(table, row))
        columns = connection.execute(_COLUMNS, [table]).fetchall()
        tried = [
            (name, worst)
            for name, kind, required in columns
            if name in row
            for worst in (
                *(() if (table, name) in AS_TOLD else WORST.get(kind, ())),
                *(("NULL",) if required else ()),
            )
        ]
        taken = [
            (name, worst)
            for name, worst in tried
            if accepts(connection, insert(table, row | {name: worst}))
        ]
        assert tried
        assert taken == []


# Rows that are wrong as a whole, of the rows above: which table, and what differs.
WRONG: dict[str, tuple[str, dict[str, str]]] = {
    "an act that grants for somebody else": ("consent_event", {"mandate_id": "gen_random_uuid()"}),
    "an act that grants what was not shown": ("consent_event", {"nonce": "gen_random_uuid()"}),
    "an act that grants what no notice asks": ("consent_event", {"notice_version": "2"}),
    "an act whose sign-in may be revoked": ("consent_event", {"revocation_unknown": "true"}),
    "an act of tomorrow": ("consent_event", {"recorded_at": "now() + interval '25 hours'"}),
    "an act out of turn": ("consent_event", {"number": "2"}),
    "a grant of another purpose": ("live_grant", {"purpose": "'marketing'"}),
    "a grant for ever": ("live_grant", {"expires_at": "'2199-01-01'"}),
    "a grant for longer than the notice says": (
        "live_grant",
        {"expires_at": "now() + interval '365 days 1 second'"},
    ),
    "a grant kept for longer than the notice says": ("live_grant", {"retention_days": "31"}),
    "a grant finer than any": ("live_grant", {"resolution_m": "100"}),
    "a grant coarser than the notice says": ("live_grant", {"resolution_m": "10000"}),
    "a grant of a notice that nobody published": ("live_grant", {"notice_version": "2"}),
    "a grant before its act": ("live_grant", {"granted_at": "now() - interval '1 minute'"}),
    "a grant of an act that is not": ("live_grant", {"event_number": "2"}),
    "a grant of an epoch that is not": ("live_grant", {"epoch": "0"}),
    "a grant of another act's epoch": ("live_grant", {"epoch": "1"}),
    "a grant begun by an act that is not": ("live_grant", {"begun_number": "2"}),
    "a square finer than was agreed": ("gps_status", {"resolution_m": "100"}),
    "a square between the lines": ("gps_status", {"northing_m": "3263001"}),
    "a square of the next hour": (
        "gps_status",
        {"hour": "date_trunc('hour', now() + interval '5 minutes', 'UTC') + interval '1 hour'"},
    ),
    "a network of the next hour": (
        "wifi_status",
        {"hour": "date_trunc('hour', now() + interval '5 minutes', 'UTC') + interval '1 hour'"},
    ),
    "a network of last month": (
        "gsm_status",
        {"hour": "date_trunc('hour', now(), 'UTC') - interval '31 days'"},
    ),
    "a status for another purpose": ("wifi_status", {"purpose": "'marketing'"}),
    "a device of next year": ("device", {"seen_on": "current_date + 365"}),
    "a request answered unchecked": ("request", {"identity_check": "NULL", "checked_at": "NULL"}),
    "a mandate for ten years": ("mandate", {"expires_at": "now() + interval '10 years'"}),
    "a mandate over oneself": ("mandate", {"agent_id": "nabij.current_subject()"}),
    "a settled leaf that does not wait": ("settled_leaf", {"leaf_hash": "sha256('another')"}),
    "a report that is answered as it comes": ("vulnerability_report", {"answer": "'mended'"}),
    "a report that is settled as it comes": ("vulnerability_report", {"state": "'mended'"}),
    "a report that changed before": ("vulnerability_report", {"changed_on": "current_date - 1"}),
    "a stranger who is named": ("operator_refusal", {"reason": "'not-signed-in'"}),
    "an operator who is not named": ("operator_refusal", {"operator_id": "NULL"}),
    "a source that was another": ("catalogue_before", {"source_id": "'another'"}),
    "a link to a source that may turn out to be private": (
        "catalogue_before",
        {"source": "(SELECT to_jsonb(s) FROM source AS s WHERE source_id = 'roof')"},
    ),
    "a private person's source that was named": (
        "catalogue_before",
        {"source": """'{"source_id": "roof", "owner_kind": "person"}'"""},
    ),
    "a private person's tombstone": ("tombstone", {"source_id": "NULL"}),
    "a source that is shown instead of itself": ("source", {"same_as": "'roof-2'"}),
    "a register that is every private person's": ("register", {"name": "'neighbours'"}),
    "a message for next week": ("push_outbox", {"due_at": "now() + interval '7 days'"}),
}


@pytest.mark.parametrize("name", WRONG)
def test_no_row_is_taken_that_is_wrong_as_a_whole(
    surroundings: str, shared_url: str, name: str
) -> None:
    assert surroundings
    table, change = WRONG[name]
    number = next(index for index, (_, each, _) in enumerate(WRITTEN) if each == table)
    with before(shared_url, number) as connection:
        assert accepts(connection, insert(table, WRITTEN[number][2]))
        assert not accepts(connection, insert(table, WRITTEN[number][2] | change))


ENDED: LiteralString = "granted_at = now() - interval '1 day', expires_at = now() - interval '2 h'"
_SECOND_ACT = {
    "number": "2",
    "event_id": "gen_random_uuid()",
    "salt": "substring(sha256('salt 2') FOR 16)",
    "leaf_hash": "sha256('leaf of 2')",
}


@pytest.mark.parametrize("kind", ["refused", "deferred", "withdrawn", "expired"])
def test_no_answer_but_yes_leaves_a_grant_or_makes_one(
    surroundings: str, shared_url: str, kind: str
) -> None:
    assert surroundings
    table = {table: number for number, (_, table, _) in enumerate(WRITTEN)}
    act = WRITTEN[table["consent_event"]][2] | _SECOND_ACT | {"kind": f"'{kind}'"}
    number = next(index for index, (_, each, _) in enumerate(WRITTEN) if each == "live_grant")
    grant = WRITTEN[number][2]
    with before(shared_url, number) as connection:
        assert accepts(connection, insert("consent_event", act))
        connection.execute(insert("live_grant", grant))
        assert not accepts(connection, insert("consent_event", act))
        connection.execute("DELETE FROM live_grant")
        connection.execute(insert("consent_event", act))
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as if it were committed
        for number in ("1", "2"):
            again = grant | {"event_number": number, "begun_number": number}
            assert not accepts(connection, insert("live_grant", again))


@pytest.mark.parametrize(
    ("table", "grant"),
    [
        ("gps_status", "resolution_m = 10000"),
        ("gps_status", ENDED),
        ("wifi_status", ENDED),
    ],
    ids=["finer than agreed", "after the grant", "a network after the grant"],
)
def test_a_status_is_held_to_its_grant(
    surroundings: str, shared_url: str, table: str, grant: LiteralString
) -> None:
    assert surroundings
    number = next(index for index, (_, each, _) in enumerate(WRITTEN) if each == table)
    status = insert(table, WRITTEN[number][2])
    with before(shared_url, number) as connection:
        assert accepts(connection, status)
        act_as(connection, "postgres")
        connection.execute("SET LOCAL session_replication_role = replica")  # another grant
        connection.execute(
            sql.SQL("UPDATE live_grant SET {} WHERE signal::text || '_status' = {}").format(
                sql.SQL(grant), sql.Literal(table)
            )
        )
        connection.execute("SET LOCAL session_replication_role = origin")
        act_as(connection, "nabij_api")
        assert not accepts(connection, status)


def test_nothing_is_granted_to_a_purpose_that_is_objected_to(
    surroundings: str, shared_url: str
) -> None:
    assert surroundings
    number = next(index for index, (_, each, _) in enumerate(WRITTEN) if each == "live_grant")
    with before(shared_url, number) as connection:
        connection.execute(
            "INSERT INTO objection VALUES (nabij.current_subject(), 'nearby-sources', now())"
        )
        assert not accepts(connection, insert("live_grant", WRITTEN[number][2]))


def test_only_the_owner_says_how_far_clocks_may_be_apart(shared_url: str) -> None:
    for role in ROLES:
        with acting_as(role, shared_url) as connection:
            widened = sql.SQL("UPDATE clock_tolerance SET apart = '1 year'")
            assert accepts(connection, widened) == (role == "nabij_owner")
