"""A real backup, restored: whoever was erased since is erased again, and a lost no is not a yes."""

import asyncio
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from starlette.testclient import TestClient

from nabij.testing import ManualClock
from nabij_backend.app import create_app
from nabij_backend.cli.database import with_database
from nabij_backend.cli.notice import publish_notice
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.db import Role, connection_as
from nabij_backend.identity import LocalIdentity
from nabij_backend.log.sequencer import sequence_once
from nabij_backend.settings import Settings
from nabij_backend.signing import Signer, signing_folder
from nabij_dev.embedded.account import server_account
from nabij_dev.embedded.binaries import find_programs, known_folders
from tests.backend.cli.commands import Done, invoke
from tests.backend.rights.people import reporting, rows_about, subject_of
from tests.dev.embedded.processes import connect
from tests.service import Caller, Service


@contextmanager
def serving(folder: Path) -> Generator[Service]:
    """The service on the private cluster of a folder."""
    settings = Settings(data_folder=folder, work_in_process=False)
    clock = ManualClock(datetime.now(UTC))
    with with_database(settings) as found:
        app = create_app(found, clock=clock)
        with TestClient(app, base_url="http://localhost") as http:
            yield Service(app, http, LocalIdentity.open(folder), clock, found)


@contextmanager
def superuser_of(service: Service) -> Generator[psycopg.Connection]:
    """A connection that sees everything."""
    with connect(service.settings.required_database_url) as connection:
        connection.execute("SET search_path = nabij, public")
        yield connection


def back_up(service: Service, folder: Path) -> None:
    """Copy the running cluster with PostgreSQL's own tool."""
    account = server_account()
    folder.mkdir(mode=0o700)
    account.take(folder)
    programs = find_programs(known_folders(), None)
    url = service.settings.required_database_url
    command = [str(programs / "pg_basebackup"), "-d", url, "-D", str(folder), "-c", "fast", "-N"]
    assert account.start(command).wait() == 0


def restore(home: Path, backup: Path) -> None:
    """Put the backup where the stopped cluster's data was."""
    subprocess.run(["/bin/rm", "-r", home / "data"], check=True)
    backup.rename(home / "data")


async def sequence(service: Service) -> int:
    """Give every act its place in the log."""
    signer = Signer.open(signing_folder(service.settings))
    async with connection_as(Role.WORKER, service.settings.required_database_url) as connection:
        return await sequence_once(connection, signer, service.clock())


def check(folder: Path, *arguments: str) -> Done:
    """``nabij restore-check`` on the cluster of a folder."""
    return invoke("restore-check", "--json", *arguments, data_folder=str(folder))


def test_after_a_restore_the_erased_are_gone_and_a_lost_withdrawal_holds(folder: Path) -> None:
    home = (folder / "cluster").resolve()
    backup, kept = home / "backup", folder / "checkpoint.json"
    with serving(folder) as service, superuser_of(service) as superuser:
        asyncio.run(publish_notice(service.settings.required_database_url, STARTER_NOTICE))
        eva, bob = reporting(service, "eva"), reporting(service, "bob")
        person, other = subject_of(superuser, eva), subject_of(superuser, bob)
        asyncio.run(sequence(service))
        back_up(service, backup)
        assert eva.delete("/v1/me").status_code == 200
        assert bob.withdraw().status_code == 200
        asyncio.run(sequence(service))
        kept.write_text(service.http.get("/v1/log/checkpoint").text)
    restore(home, backup)
    with serving(folder) as service, superuser_of(service) as superuser:
        assert rows_about(superuser, person)["gps_status"]
        assert rows_about(superuser, other)["gps_status"]
        assert service.http.get("/readyz").json()["waiting_for"] == ["log"]
        assert Caller(service, bob.token).withdraw().status_code == 503
        expected = {"log": "shorter", "named": 1, "fitting": 1, "erased": 1, "ended": 1}
        tried = check(folder, "--checkpoint", str(kept), "--dry-run").json
        assert expected.items() <= tried.items()
        assert (tried["dry_run"], tried["successor"]) == (True, None)
        assert rows_about(superuser, person)["gps_status"]
        done = check(folder, "--checkpoint", str(kept)).json
        assert expected.items() <= done.items()
        assert done["successor"] != done["succeeds"]["log_id"]
        assert service.http.get("/readyz").json()["waiting_for"] == []
        assert not any(rows_about(superuser, person).values())
        assert not rows_about(superuser, other)["gps_status"]
        last = rows_about(superuser, other)["consent_event"][-1]
        assert (last["kind"], last["method"]) == ("expired", "restore")
        permissions = Caller(service, bob.token).permissions()
        assert not any(each["allowed"] for each in permissions.values())
