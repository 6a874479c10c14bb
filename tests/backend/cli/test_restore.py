"""What ``nabij restore-check`` does to a database that has lost nothing, or is another one."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from nabij_backend.db import Role, connection_as
from nabij_backend.log.sequencer import sequence_once
from nabij_backend.signing import Signer, signing_folder
from tests.backend.cli.commands import Done, invoke
from tests.backend.rights.people import reporting
from tests.service import Service


@pytest.fixture
def kept(service: Service, tmp_path: Path) -> Path:
    """A checkpoint over what two people agreed to."""
    reporting(service, "eva")
    reporting(service, "bob")
    asyncio.run(_sequence(service))
    file = tmp_path / "checkpoint.json"
    file.write_text(service.http.get("/v1/log/checkpoint").text)
    return file


async def _sequence(service: Service) -> None:
    signer = Signer.open(signing_folder(service.settings))
    async with connection_as(Role.WORKER, service.settings.required_database_url) as connection:
        await sequence_once(connection, signer, service.clock())


def check(service: Service, *arguments: str) -> Done:
    """The command on the service's database, with an empty ledger."""
    settings = service.settings
    ledger = settings.data_folder / "none.jsonl"
    ledger.touch()
    return invoke(
        *("restore-check", "--json", "--ledger", str(ledger), *arguments),
        database_url=settings.required_database_url,
        data_folder=str(settings.data_folder),
    )


def grants(superuser: psycopg.Connection) -> int:
    """How many live."""
    (row,) = superuser.execute("SELECT count(*) FROM live_grant").fetchall()
    return row[0]


def test_where_nothing_was_lost_grants_stay(
    service: Service, kept: Path, superuser: psycopg.Connection
) -> None:
    done = check(service, "--checkpoint", str(kept))
    assert done.json == {"log": "whole", "erased": 0, "ended": 0, "dry_run": False}
    assert grants(superuser) == 6


def test_a_log_that_went_on_since_is_whole(
    service: Service, kept: Path, superuser: psycopg.Connection
) -> None:
    reporting(service, "carol")
    asyncio.run(_sequence(service))
    assert check(service, "--checkpoint", str(kept)).json["log"] == "whole"
    assert grants(superuser) == 9


def test_without_a_checkpoint_nobody_can_tell_so_grants_end(
    service: Service, kept: Path, superuser: psycopg.Connection
) -> None:
    assert kept.exists()
    done = check(service)
    assert done.json == {"log": "unknown", "erased": 0, "ended": 2, "dry_run": False}
    assert grants(superuser) == 0
    assert check(service).json["ended"] == 0


@pytest.mark.parametrize(
    "change",
    [
        b"UPDATE consent_log SET log_id = gen_random_uuid()",
        b"UPDATE consent_node SET hash = sha256(hash)",
    ],
)
def test_with_a_checkpoint_of_another_log_nothing_is_done(
    service: Service, kept: Path, superuser: psycopg.Connection, change: bytes
) -> None:
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(change)
    done = check(service, "--checkpoint", str(kept))
    assert done.code == 1
    assert "another log" in done.json["error"]
    assert grants(superuser) == 6


def test_a_forged_checkpoint_is_refused(
    service: Service, kept: Path, superuser: psycopg.Connection
) -> None:
    forged = kept.with_name("forged.json")
    forged.write_text(kept.read_text().replace('"checkpoint":"ey', '"checkpoint":"fy'))
    assert check(service, "--checkpoint", str(forged)).code == 1
    assert grants(superuser) == 6


def test_without_any_ledger_the_command_says_what_to_do(service: Service) -> None:
    settings = service.settings
    done = invoke(
        "restore-check",
        database_url=settings.required_database_url,
        data_folder=str(settings.data_folder),
    )
    assert done.code == 1
    assert "--ledger" in done.err
