"""What ``nabij restore-check`` does to a database that has lost nothing, or is another one."""

import asyncio
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from nabij_backend.cli.restore import ConflictingOptions, NothingFits
from nabij_backend.db import Role, connection_as
from nabij_backend.identity.keys import identity_key, installation_of
from nabij_backend.log.sequencer import sequence_once
from nabij_backend.rights.erasure.after_restore import CutLedger, OldCheckpoint
from nabij_backend.rights.erasure.ledger import Erasure, append, ledger_file
from nabij_backend.signing import Signer, signing_folder
from tests.backend.cli.commands import Done, invoke
from tests.backend.restoring import known_file
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
    nobody = {"named": 0, "fitting": 0}
    expected = {"log": "whole", **nobody, "erased": 0, "ended": 0, "dry_run": False}
    assert done.json == {**expected, "successor": None, "succeeds": None}
    assert grants(superuser) == 6


def test_a_checkpoint_that_is_older_than_the_backup_is_refused(
    service: Service, kept: Path, superuser: psycopg.Connection
) -> None:
    reporting(service, "carol")
    asyncio.run(_sequence(service))
    known_file(service.settings).unlink()
    done = check(service, "--checkpoint", str(kept))
    assert (done.code, done.json) == (1, {"error": str(OldCheckpoint())})
    assert grants(superuser) == 9


def test_of_several_checkpoints_the_newest_counts(
    service: Service, kept: Path, superuser: psycopg.Connection
) -> None:
    service.clock.advance(timedelta(seconds=1))
    reporting(service, "carol")
    asyncio.run(_sequence(service))
    newer = kept.with_name("newer.json")
    newer.write_text(service.http.get("/v1/log/checkpoint").text)
    assert check(service, "--checkpoint", str(kept)).json["log"] == "whole"  # by this host's own
    known_file(service.settings).unlink()
    both = ("--checkpoint", str(newer), "--checkpoint", str(kept))
    assert check(service, *both).json["log"] == "whole"
    assert grants(superuser) == 9


def test_without_a_checkpoint_nobody_can_tell_so_grants_end(
    service: Service, kept: Path, superuser: psycopg.Connection
) -> None:
    known_file(service.settings).unlink()
    done = check(service)
    assert kept.exists()
    assert (done.json["log"], done.json["erased"], done.json["ended"]) == ("unknown", 0, 2)
    assert done.json["succeeds"]["reason"] == "not-known"
    assert grants(superuser) == 0
    again = check(service).json
    assert (again["log"], again["ended"], again["successor"]) == ("whole", 0, None)


def test_a_checkpoint_and_none_are_not_taken_together(service: Service, kept: Path) -> None:
    done = check(service, "--checkpoint", str(kept), "--no-checkpoint")
    assert (done.code, done.json) == (1, {"error": str(ConflictingOptions())})
    assert check(service, "--no-checkpoint").json["log"] == "unknown"


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


def with_ledger(service: Service, ledger: Path, *options: str, **variables: str) -> Done:
    """The command on the service's database, with a ledger."""
    settings = {
        "database_url": service.settings.required_database_url,
        "data_folder": str(service.settings.data_folder),
        "backup_days": "3650",  # the service's clock and the command's differ
    }
    words = ("restore-check", "--json", "--ledger", str(ledger), *options)
    return invoke(*words, **{**settings, **variables})


def test_it_tells_how_much_of_the_ledger_fits(service: Service) -> None:
    reporting(service, "eva").delete("/v1/me")
    done = with_ledger(service, ledger_file(service.settings))
    assert (done.json["named"], done.json["fitting"], done.json["erased"]) == (1, 1, 0)


def test_a_ledger_that_lacks_whom_the_database_knows_is_refused(
    service: Service, tmp_path: Path, superuser: psycopg.Connection
) -> None:
    reporting(service, "bob")
    for name in ("eva", "ann"):
        reporting(service, name).delete("/v1/me")
    cut = tmp_path / "cut.jsonl"
    head, first, _second = ledger_file(service.settings).read_text().splitlines()
    cut.write_text(f"{head}\n{first}\n")
    done = with_ledger(service, cut)
    assert (done.code, done.json) == (1, {"error": str(CutLedger())})
    cut.write_text("")
    assert with_ledger(service, cut).code == 1
    assert grants(superuser) == 3


def test_a_ledger_of_strangers_is_refused_unless_somebody_says_that_it_may_be(
    service: Service, tmp_path: Path, superuser: psycopg.Connection
) -> None:
    reporting(service, "bob")
    ours = installation_of(identity_key(service.settings))
    strangers = tmp_path / "strangers.jsonl"
    append(strangers, Erasure(bytes(32), service.clock()), ours)
    done = with_ledger(service, strangers)
    assert (done.code, done.json) == (1, {"error": str(NothingFits())})
    assert grants(superuser) == 3
    done = with_ledger(service, strangers, "--though-nothing-fits", "--dry-run")
    assert (done.code, done.json["named"], done.json["fitting"]) == (0, 1, 0)


def test_a_ledger_under_another_key_is_refused(service: Service) -> None:
    reporting(service, "eva").delete("/v1/me")
    done = with_ledger(service, ledger_file(service.settings), identity_key="x" * 32)
    assert done.code == 1
    assert "another installation" in done.json["error"]


def test_without_any_ledger_the_command_says_what_to_do(service: Service) -> None:
    settings = service.settings
    done = invoke(
        "restore-check",
        database_url=settings.required_database_url,
        data_folder=str(settings.data_folder),
    )
    assert done.code == 1
    assert "--ledger" in done.err
