"""Checks of the database."""

import asyncio
from math import floor
from typing import Final

import psycopg

from nabij_backend.cli.doctor.checks import Check, Part, Target, of
from nabij_backend.cli.notice import current_notice
from nabij_backend.clock import utc_now
from nabij_backend.db import connection_as
from nabij_backend.installation import require_installation
from nabij_backend.log.known import known_log
from nabij_backend.log.witnessing import read_witness
from nabij_backend.migrations import newest_revision, require_known, serves_this_release
from nabij_backend.notices.publishing import require_publishable
from nabij_backend.pooler import require_direct
from nabij_backend.retention.limits import FARTHEST
from nabij_backend.schema import require_schema
from nabij_backend.sources import gazetteer

_ROLES: Final = 5


def _answers(target: Target) -> bool:
    """Return whether any of the hosts does, also one that only reads."""
    with psycopg.connect(target.url, target_session_attrs="any") as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def _is_direct(target: Target) -> bool:
    with psycopg.connect(target.url) as connection:
        (process,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
        require_direct(connection, process)
    return True


def _can_write(target: Target) -> bool:
    return target.value("can_write") is True


def _has_postgis(target: Target) -> bool:
    return target.value("postgis") is not None


def _has_roles(target: Target) -> bool:
    return target.value("roles") == _ROLES


def _may_work(target: Target) -> bool:
    return target.rows("answers") != []


def _keeps_bytes_out(target: Target) -> bool:
    return target.value("keeps_bytes_out") is True


def _clocks_agree(target: Target) -> bool:
    (row,) = target.rows("clock")
    return abs(utc_now() - row["now"]) <= FARTHEST


def _is_newest(target: Target) -> bool:
    (found,) = target.rows("state")
    revision = found["revision"]
    if target.part is not Part.OPERATOR and serves_this_release(revision, found["oldest_release"]):
        return True
    require_known(revision)
    return revision == newest_revision()


def _is_as_migrated(target: Target) -> bool:
    try:
        (found,) = target.rows("state")
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedFunction):
        return True  # that it is older or empty is the check before this one
    if found["revision"] == newest_revision():
        with psycopg.connect(target.url) as connection:
            require_schema(connection)
    return True


def _has_space(target: Target) -> bool:
    try:
        return target.rows("space") != []
    except psycopg.errors.UndefinedFunction:
        return True  # that the schema is older is the check before this one


def _has_its_keys(target: Target) -> bool:
    asyncio.run(require_installation(target.settings, target.part.role))
    return True


def _log_goes_on(target: Target) -> bool:
    async def require() -> None:
        async with connection_as(target.part.role, target.url) as connection:
            await known_log(target.settings).require(connection)

    asyncio.run(require())
    return True


def _has_notice(target: Target) -> bool:
    return asyncio.run(current_notice(target.url, target.part.role)) is not None


def _notice_is_whole(target: Target) -> bool:
    notice = asyncio.run(current_notice(target.url, target.part.role))
    if notice is not None:
        require_publishable(notice, target.settings.backup_days)
    return True  # that there is none is the check before this one


def _is_witnessed(target: Target) -> bool:
    names = [read_witness(each).key.name for each in target.settings.witnesses]
    return not target.rows("unwitnessed", names=names)


def _has_sources(target: Target) -> bool:
    return target.rows("sources") != []


def _places_are_near(target: Target) -> bool:
    """Return whether most sources share a square of one degree with a place of the gazetteer."""
    try:
        listed = gazetteer.places(target.settings.places)
    except gazetteer.PlacesUnreadable:
        return False
    among = {(floor(each.latitude_deg), floor(each.longitude_deg)) for each in listed}
    found = [(row["latitude"], row["longitude"]) for row in target.rows("degrees")]
    return 2 * sum(degree in among for degree in found) >= len(found)


_AS_SUPERUSER: Final = "Run `nabij migrate` as a superuser."

ANSWERS: Final = (
    Check("the database answers", _answers, "Start it, or correct NABIJ_DATABASE_URL."),
)

SESSION: Final = (
    Check("no pooler stands before the database", _is_direct, ""),
    Check(
        "the database can be written",
        _can_write,
        "It only reads: let NABIJ_DATABASE_URL name the primary, or add "
        "`target_session_attrs=read-write` to it; where this is the primary, set "
        "default_transaction_read_only to off.",
    ),
    Check("the five roles are there", _has_roles, _AS_SUPERUSER),
    Check(
        "the login may work as its role",
        _may_work,
        {
            Part.SERVE: "Run `GRANT nabij_api TO` the login of NABIJ_DATABASE_URL.",
            Part.WORKER: "Run `GRANT nabij_worker, nabij_api TO` the login of NABIJ_DATABASE_URL.",
        },
        of(Part.SERVE, Part.WORKER),
    ),
)

INSIDE: Final = (
    Check("PostGIS is there", _has_postgis, _AS_SUPERUSER),
    Check(
        "nothing is stored beside the tables",
        _keeps_bytes_out,
        _AS_SUPERUSER,
        of(Part.SERVE, Part.OPERATOR),
    ),
    Check("the clock is the database's", _clocks_agree, "Set the clock that is wrong."),
    Check("the schema serves this release", _is_newest, "Run `nabij migrate`."),
    Check("the schema is as the migrations make it", _is_as_migrated, ""),
    Check(
        "the database has space",
        _has_space,
        "Give its disk space.",
        of(Part.SERVE, Part.OPERATOR),
    ),
    Check(
        "the keys are this installation's",
        _has_its_keys,
        "Run `nabij migrate`, then `nabij keys init`.",
    ),
    Check("the log has what was signed last", _log_goes_on, "Run `nabij restore-check`."),
    Check("a notice is published", _has_notice, "Run `nabij notice publish FILE` as an operator."),
    Check(
        "the notice says what is stored, and how long",
        _notice_is_whole,
        "Run `nabij notice publish FILE` as an operator.",
        of(Part.WORKER, Part.OPERATOR),
    ),
    Check(
        "every witness has seen the log",
        _is_witnessed,
        "Look for `not witnessed` among the log's lines: they say which, and what to do.",
        of(Part.WORKER, Part.OPERATOR),
    ),
    Check(
        "there are sources",
        _has_sources,
        "Run `nabij sources import FILE`.",
        of(Part.SERVE, Part.OPERATOR),
    ),
    Check(
        "places near the sources can be typed",
        _places_are_near,
        "Make a file of the countries that the sources are in with `nabij places`, and name it in"
        " NABIJ_PLACES.",
        of(Part.SERVE),
    ),
)
