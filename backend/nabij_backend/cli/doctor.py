"""``nabij doctor``."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TypeAlias
from uuid import uuid4

import psycopg
import typer

from nabij_backend import sql
from nabij_backend.cli import output
from nabij_backend.cli.database import revision_of, with_database
from nabij_backend.cli.notice import current_notice
from nabij_backend.clock import utc_now
from nabij_backend.db import Database, Role, connection_as
from nabij_backend.embedded import EmbeddedError, is_made, require_programs
from nabij_backend.google import Outage
from nabij_backend.identity import IdentityError
from nabij_backend.identity.keys import identity_key
from nabij_backend.identity.loopback import is_loopback
from nabij_backend.identity.providers import open_provider
from nabij_backend.installation import require_installation
from nabij_backend.log.known import known_log
from nabij_backend.log.witnessing import read_witness
from nabij_backend.metrics import Metrics
from nabij_backend.migrations import newest_revision, require_known
from nabij_backend.notices.publishing import require_publishable
from nabij_backend.public_url import is_reachable
from nabij_backend.push.service import push_sender
from nabij_backend.retention.limits import FARTHEST
from nabij_backend.rights.erasure.ledger import (
    InvalidLedger,
    installation_of,
    ledger_file,
    require_usable,
)
from nabij_backend.settings import MissingSetting, Settings
from nabij_backend.trouble import Trouble
from nabij_consent import InvalidNotice

_SQL = sql.load("health")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is, whether it is well, and what to do if not."""

    what: str
    well: bool
    advice: str


Check: TypeAlias = tuple[str, Callable[[Settings], bool], str]
"""What it asks, how it finds out, and what to do where the answer is no."""


def command(*, as_json: output.Json = False) -> None:
    """Look at everything that Nabij needs, and say how to mend what is missing."""
    findings = _examine(output.settings(as_json=as_json))
    if as_json:
        output.print_json(
            {
                "well": all(finding.well for finding in findings),
                "findings": [asdict(finding) for finding in findings],
            }
        )
    else:
        for finding in findings:
            output.say(_line(finding))
    if not all(finding.well for finding in findings):
        raise typer.Exit(output.FAILED)


def _line(finding: Finding) -> str:
    return f"✓ {finding.what}" if finding.well else f"✗ {finding.what}: no. {finding.advice}"


def _examine(settings: Settings) -> list[Finding]:
    try:
        if settings.database_url is None and not is_made(settings.data_folder):
            require_programs()
            return [_NO_CLUSTER]
        with with_database(settings) as found:
            identity = [_look(_ADDRESS, found), _look(_IDENTITY, found)]
            if identity[-1].well:
                is_google = found.identity == "firebase"
                identity += [_look(_LEDGER, found), *(_google(found) if is_google else ())]
            return [*identity, *(_look(check, found) for check in _database_checks(found))]
    except EmbeddedError as error:
        return [Finding("a private PostGIS cluster runs", well=False, advice=str(error))]


_NO_CLUSTER = Finding(
    "a private PostGIS cluster is there",
    well=False,
    advice="Run `nabij serve`, which makes one, or set NABIJ_DATABASE_URL.",
)


def _google(settings: Settings) -> list[Finding]:
    """What Google answers, and what to do where it does not."""
    outages = asyncio.run(_ask_google(settings))
    return [
        Finding(what, well=outage is None, advice="" if outage is None else outage.advice)
        for what, outage in zip(_GOOGLE, outages, strict=True)
    ]


def _log_nothing(_outage: Outage) -> None:
    """Take an outage that the findings tell of."""


async def _ask_google(settings: Settings) -> tuple[Outage | None, Outage | None, Outage | None]:
    identity = open_provider(settings, _log_nothing)
    found = await identity.look(utc_now())
    await asyncio.to_thread(identity.close)
    certificates = next((each for each in found if each is Outage.CERTIFICATES), None)
    accounts = next((each for each in found if each is not Outage.CERTIFICATES), None)
    sender = push_sender(settings, _log_nothing)
    pushed = None
    if sender is not None:
        pushed = await sender.look()
        await asyncio.to_thread(sender.close)
    return certificates, accounts, pushed


def _database_checks(settings: Settings) -> tuple[Check, ...]:
    """All of them, or only the first where the others could but fail in the same way."""
    return (_DATABASE, *_INSIDE) if _look(_DATABASE, settings).well else (_DATABASE,)


def _look(check: Check, settings: Settings) -> Finding:
    what, is_well, advice = check
    try:
        return Finding(what, is_well(settings), advice)
    except (psycopg.Error, OSError):
        return Finding(what, well=False, advice=advice)
    except (IdentityError, InvalidLedger, InvalidNotice, MissingSetting, Trouble) as error:
        return Finding(what, well=False, advice=str(error))


def _answers(settings: Settings) -> bool:
    with psycopg.connect(settings.required_database_url, connect_timeout=5) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def _has_postgis(settings: Settings) -> bool:
    with psycopg.connect(settings.required_database_url) as connection:
        return connection.execute(_SQL["postgis"]).fetchone() is not None


def _has_roles(settings: Settings) -> bool:
    with psycopg.connect(settings.required_database_url) as connection:
        return connection.execute(_SQL["roles"]).fetchone() == (5,)


def _keeps_bytes_out(settings: Settings) -> bool:
    with psycopg.connect(settings.required_database_url) as connection:
        return connection.execute(_SQL["keeps_bytes_out"]).fetchone() == (True,)


def _clocks_agree(settings: Settings) -> bool:
    with psycopg.connect(settings.required_database_url) as connection:
        (database,) = connection.execute(_SQL["clock"]).fetchone() or (None,)
    return database is not None and abs(utc_now() - database) <= FARTHEST


def _is_newest(settings: Settings) -> bool:
    from nabij_backend.migrations.run import drift  # noqa: PLC0415 - Alembic takes a second

    url = settings.required_database_url
    revision = revision_of(url)
    require_known(revision)
    return revision == newest_revision() and not drift(url)


def _has_notice(settings: Settings) -> bool:
    return asyncio.run(current_notice(settings.required_database_url)) is not None


def _notice_is_whole(settings: Settings) -> bool:
    notice = asyncio.run(current_notice(settings.required_database_url))
    if notice is not None:
        require_publishable(notice, settings.backup_days)
    return True  # that there is none is the check before this one


def _is_witnessed(settings: Settings) -> bool:
    names = [read_witness(each).key.name for each in settings.witnesses]
    with psycopg.connect(settings.required_database_url) as connection:
        return not connection.execute(_SQL["unwitnessed"], {"names": names}).fetchall()


def _log_goes_on(settings: Settings) -> bool:
    asyncio.run(_require_log(settings))
    return True


async def _require_log(settings: Settings) -> None:
    async with connection_as(Role.AUDITOR, settings.required_database_url) as connection:
        await known_log(settings).require(connection)


def _has_sources(settings: Settings) -> bool:
    with psycopg.connect(settings.required_database_url) as connection:
        return connection.execute(_SQL["sources"]).fetchone() == (True,)


def _identity_works(settings: Settings) -> bool:
    from nabij_backend.app import open_parts  # noqa: PLC0415 - FastAPI takes a second to load

    database = Database(settings, new_id=uuid4)
    open_parts(settings, database, Metrics()).close()
    return True


def _has_its_keys(settings: Settings) -> bool:
    asyncio.run(require_installation(settings))
    return True


def _takes_erasures(settings: Settings) -> bool:
    require_usable(ledger_file(settings), installation_of(identity_key(settings)))
    return True


def _is_reached(settings: Settings) -> bool:
    return is_reachable(settings) or (settings.identity == "local" and is_loopback(settings.host))


_IDENTITY: Check = ("identity is set up", _identity_works, "Set NABIJ_IDENTITY and what it needs.")

_ADDRESS: Check = (
    "receipts name an address that customers reach",
    _is_reached,
    "Set NABIJ_PUBLIC_URL to the https address that they use.",
)

_KEYS: Check = (
    "the keys are this installation's",
    _has_its_keys,
    "Run `nabij migrate`, then `nabij keys init`.",
)

_LEDGER: Check = (
    "the ledger of erasures takes a line",
    _takes_erasures,
    "Give its disk space and its file to this user, or set NABIJ_ERASURE_LEDGER.",
)

_GOOGLE = (
    "Google's certificates are in reach",
    "Google answers for accounts of the project",
    "push messages can be sent",
)

_DATABASE: Check = (
    "the database answers",
    _answers,
    "Start it, or correct NABIJ_DATABASE_URL.",
)

_INSIDE: tuple[Check, ...] = (
    ("PostGIS is there", _has_postgis, "Run `nabij migrate` as a superuser."),
    ("the five roles are there", _has_roles, "Run `nabij migrate` as a superuser."),
    (
        "nothing is stored beside the tables",
        _keeps_bytes_out,
        "Run `nabij migrate` as a superuser.",
    ),
    ("the clock is the database's", _clocks_agree, "Set the clock that is wrong."),
    ("the schema is this version's", _is_newest, "Run `nabij migrate`."),
    _KEYS,
    ("the log has what was signed last", _log_goes_on, "Run `nabij restore-check`."),
    ("a notice is published", _has_notice, "Run `nabij notice publish FILE` as an operator."),
    (
        "the notice says what is stored, and how long",
        _notice_is_whole,
        "Run `nabij notice publish FILE` as an operator.",
    ),
    (
        "every witness has seen the log",
        _is_witnessed,
        "Look for `not witnessed` among the log's lines: they say which, and what to do.",
    ),
    ("there are sources", _has_sources, "Run `nabij sources import FILE`."),
)
