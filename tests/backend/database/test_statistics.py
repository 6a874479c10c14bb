"""Planner statistics hold nothing about a person: not now, and not after an upgrade."""

import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import product

import psycopg
import pytest

from nabij_backend.migrations import newest_revision
from nabij_backend.migrations.run import migrate
from tests.backend.database.guards import PUBLIC_TABLES
from tests.backend.database.older import at_revision
from tests.backend.database.roles import ROLES
from tests.service import AMSTERDAM, UTRECHT, Service

# Of tables, and of indexes on expressions, which have statistics of their own.
_HELD = """
SELECT DISTINCT coalesce(indrelid, starelid)::regclass::text
FROM pg_statistic LEFT JOIN pg_index ON indexrelid = starelid
JOIN pg_class ON pg_class.oid = coalesce(indrelid, starelid)
WHERE relnamespace = 'nabij'::regnamespace AND relname <> ALL (%s)
"""
_EXTENDED = "SELECT stxname FROM pg_statistic_ext WHERE stxnamespace = 'nabij'::regnamespace"

# Every function that the role may call with the name of a table, besides input and output of types,
# what shapes are made of, and what only the owner of the table can do.
_TAKING_TABLES = """
SELECT f.oid::regprocedure::text AS signature, pronamespace::regnamespace::text, proname,
       proargtypes::oid[]::regtype[]::text[]
FROM pg_proc AS f
WHERE has_function_privilege(%s, f.oid, 'EXECUTE') AND prokind = 'f'
    AND (proargtypes::oid[] && ARRAY['regclass'::regtype]::oid[]
         OR (pronamespace = 'public'::regnamespace
             AND proargtypes::oid[] && '{text,name,varchar}'::regtype[]::oid[]
             AND NOT proargtypes::oid[] && '{geometry,geography}'::regtype[]::oid[]))
    AND proname NOT IN ('regclassout', 'regclasssend')
    AND proname !~ '^(add|drop|update)geometry|^pgis_|^lockrow|^checkauth'
ORDER BY 1
"""
# Another file after each rebuilding of the index, whatever it holds.
_OF_FILES = {"pg_relation_filenode", "pg_relation_filepath"}
_NAMES = ("'nabij'", "'gps_status'", "'square'")
_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "regclass": ("'nabij.gps_status'", "'nabij.gps_status_square_idx'"),
    "text": _NAMES,
    "name": _NAMES,
    "character varying": _NAMES,
    "boolean": ("true",),
    "integer": ("1",),
    "smallint": ("1::smallint",),
    "bigint": ("1",),
    "geometry": ("ST_MakeEnvelope(3973000, 3263000, 3974000, 3264000, 3035)",),
}


@pytest.fixture(scope="module")
def analyzed(shared_service: Service, shared_superuser: psycopg.Connection) -> psycopg.Connection:
    """Many people who agreed and told where they are, in a database that was analyzed since."""
    for name in map(str, range(12)):
        caller = shared_service.caller(name)
        epoch = caller.grant()
        answer = caller.put_status(caller.gps(epoch), caller.gsm(epoch), caller.wifi(epoch))
        assert len(answer.json()["accepted"]) == 3
    shared_superuser.execute("ANALYZE")
    return shared_superuser


def test_analyzing_collects_no_value_of_a_row_about_a_person(
    analyzed: psycopg.Connection,
) -> None:
    assert analyzed.execute(_HELD, [PUBLIC_TABLES]).fetchall() == []
    assert analyzed.execute(_EXTENDED).fetchall() == []


def test_statistics_would_be_found(analyzed: psycopg.Connection) -> None:
    with analyzed.transaction(force_rollback=True):
        analyzed.execute("ALTER TABLE gps_status ALTER COLUMN cell SET STATISTICS 100")
        analyzed.execute("CREATE INDEX ON gsm_status ((NOT connected))")
        analyzed.execute("ANALYZE")
        assert sorted(analyzed.execute(_HELD, [PUBLIC_TABLES])) == [
            ("gps_status",),
            ("gsm_status",),
        ]


def test_an_upgrade_deletes_what_was_collected_before(empty_url: str) -> None:
    with at_revision(empty_url, "0010") as connection:
        connection.execute(
            "INSERT INTO nabij.erasure SELECT sha256(n::text::bytea), now()"
            " FROM generate_series(1, 40) AS n"
        )
        connection.execute("ANALYZE")
        assert ("nabij.erasure",) in connection.execute(_HELD, [PUBLIC_TABLES]).fetchall()
    assert migrate(empty_url) == newest_revision()
    with psycopg.connect(empty_url) as connection:
        assert connection.execute(_HELD, [PUBLIC_TABLES]).fetchall() == []


def test_an_upgrade_that_may_not_delete_them_says_who_may(empty_url: str) -> None:
    with at_revision(empty_url, "0010") as connection:
        connection.execute("INSERT INTO nabij.erasure VALUES (sha256('eva'), now())")
        connection.execute("ANALYZE")
    with psycopg.connect(empty_url) as connection:
        connection.execute("SET SESSION AUTHORIZATION nabij_owner")
        script = _script("0011_no_statistics_about_people")
        with pytest.raises(psycopg.errors.RaiseException) as refused:
            connection.execute(script)
    assert "as a superuser" in str(refused.value.diag.message_hint)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_call_the_same_functions(
    shared_superuser: psycopg.Connection, role: str
) -> None:
    as_api = shared_superuser.execute(_TAKING_TABLES, ["nabij_api"]).fetchall()
    assert shared_superuser.execute(_TAKING_TABLES, [role]).fetchall() == as_api


def test_no_function_tells_what_a_table_or_its_index_or_statistics_hold(
    service: Service, superuser: psycopg.Connection, database_url: str
) -> None:
    superuser.execute("CREATE INDEX gps_status_square_idx ON gps_status USING gist (square)")
    superuser.execute("ALTER TABLE gps_status ALTER COLUMN square SET STATISTICS 100")
    for name in ("eva", "bob"):
        caller = service.caller(name)
        assert caller.put_status(caller.gps(caller.grant(), AMSTERDAM)).is_success
    in_utrecht = _answers(database_url, superuser, UTRECHT)
    assert in_utrecht == _answers(database_url, superuser, AMSTERDAM)
    superuser.execute("GRANT EXECUTE ON FUNCTION ST_EstimatedExtent(text, text, text) TO PUBLIC")
    superuser.execute("GRANT EXECUTE ON FUNCTION _postgis_index_extent(regclass, text) TO PUBLIC")
    in_utrecht = _answers(database_url, superuser, UTRECHT)
    in_amsterdam = _answers(database_url, superuser, AMSTERDAM)
    different = {call for call, answer in in_utrecht.items() if in_amsterdam[call] != answer}
    assert {call.partition("(")[0] for call in different} == {
        "SELECT public.st_estimatedextent",
        "SELECT public._postgis_index_extent",
    }


def _answers(url: str, superuser: psycopg.Connection, cell: str) -> dict[str, str]:
    """What each call answers to the service when everybody is in ``cell``."""
    northing, easting = re.findall("[0-9]{7}", cell)
    superuser.execute("UPDATE gps_status SET northing_m = %s, easting_m = %s", [northing, easting])
    superuser.execute("REINDEX TABLE gps_status")
    superuser.execute("VACUUM ANALYZE gps_status")
    answers: dict[str, str] = {}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET ROLE nabij_api")
        for call in _calls(superuser):
            try:
                answers[call] = str(connection.execute(call.encode()).fetchall())
            except psycopg.Error as error:
                answers[call] = str(error.sqlstate)
    return answers


def _calls(superuser: psycopg.Connection) -> Iterator[str]:
    for _, schema, name, types in superuser.execute(_TAKING_TABLES, ["nabij_api"]).fetchall():
        if name in _OF_FILES:
            continue
        for arguments in product(*(_ARGUMENTS.get(each, ("NULL",)) for each in types)):
            yield f"SELECT {schema}.{name}({', '.join(arguments)})"


def _script(name: str) -> bytes:
    return (files("nabij_backend.migrations") / "versions" / f"{name}.sql").read_bytes()
