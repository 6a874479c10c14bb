"""The service tells whether it is there, and what it waits for before it serves."""

import asyncio
import contextlib
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from nabij_backend.app import create_app
from nabij_backend.cli.notice import publish_notice
from nabij_backend.identity.keys import installation_of
from nabij_backend.migrations import newest_revision
from nabij_backend.rights.erasure.ledger import Erasure, append
from nabij_backend.settings import Settings
from nabij_dev.embedded.account import server_account
from tests.service import Service, notice


def readiness(settings: Settings) -> tuple[int, object]:
    """What a service with these settings answers as soon as it has started."""
    with TestClient(create_app(settings), base_url="http://localhost") as http:
        assert http.get("/healthz").json() == {"status": "alive"}
        answer = http.get("/readyz")
    return answer.status_code, answer.json()


def waiting(*names: str) -> tuple[int, object]:
    return 503, {"ready": False, "waiting_for": list(names)}


def at(settings: Settings, url: str) -> Settings:
    """The settings with another database."""
    return settings.model_copy(update={"database_url": SecretStr(url), "pool_wait_s": 0.2})


def test_with_a_notice_it_is_ready(service: Service) -> None:
    answer = service.http.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "waiting_for": []})


def test_it_waits_for_a_notice(settings: Settings) -> None:
    assert readiness(settings) == waiting("notice")


def test_it_waits_for_the_newest_schema(settings: Settings, superuser: psycopg.Connection) -> None:
    asyncio.run(publish_notice(settings.required_database_url, notice(1)))
    superuser.execute("UPDATE alembic_version SET version_num = '0001'")
    assert readiness(settings) == waiting("migration")


@pytest.mark.parametrize(("oldest", "is_ready"), [(newest_revision(), True), ("9998", False)])
def test_on_a_newer_schema_it_is_ready_as_long_as_that_serves_it(
    settings: Settings, superuser: psycopg.Connection, *, oldest: str, is_ready: bool
) -> None:
    asyncio.run(publish_notice(settings.required_database_url, notice(1)))
    superuser.execute("UPDATE alembic_version SET version_num = '9999'")
    superuser.execute(
        sql.SQL(
            "CREATE OR REPLACE FUNCTION oldest_release() RETURNS text LANGUAGE sql IMMUTABLE "
            "PARALLEL SAFE RETURN {}"
        ).format(oldest)
    )
    answered = readiness(settings)
    assert answered == (
        (200, {"ready": True, "waiting_for": []}) if is_ready else waiting("migration")
    )


def test_it_waits_for_the_first_migration(settings: Settings, empty_url: str) -> None:
    assert readiness(at(settings, empty_url)) == waiting("migration")


def test_it_waits_for_the_database(settings: Settings) -> None:
    nowhere = at(settings, "postgresql://postgres@/nabij?host=/nobody-listens-here")
    assert readiness(nowhere) == waiting("database")


@pytest.fixture
def small_disk() -> Generator[Path]:
    """A file system of 256 KiB, which PostgreSQL's account reaches, too."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    made = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=256k,mode=0777", "tmpfs", folder],
        check=False,
        capture_output=True,
    )
    if made.returncode != 0:
        pytest.skip("needs the right to mount a file system")
    yield folder
    subprocess.run(["/bin/umount", "--lazy", folder], check=True)
    folder.rmdir()


def fill(folder: Path) -> Path:
    """Take all its space; whoever deletes the file gives it back."""
    filler = folder / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    return filler


def test_it_waits_for_space_on_the_disk_of_the_database(
    service: Service, superuser: psycopg.Connection, small_disk: Path
) -> None:
    """The database's tables lie on a file system that is full, as PostgreSQL finds out."""
    space = small_disk / "space"
    space.mkdir(mode=0o700)
    server_account().take(space)
    name = sql.Identifier(f"small_{uuid4().hex}")
    superuser.execute(sql.SQL("CREATE TABLESPACE {} LOCATION {}").format(name, str(space)))
    superuser.execute(sql.SQL("ALTER TABLE disk_probe SET TABLESPACE {}").format(name))
    assert service.http.get("/readyz").json()["ready"]
    filler = fill(small_disk)
    answer = service.http.get("/readyz")
    assert (answer.status_code, answer.json()) == waiting("disk")
    filler.unlink()
    assert service.http.get("/readyz").json()["ready"]
    assert superuser.execute("SELECT count(*) FROM disk_probe").fetchall() == [(0,)]
    superuser.execute("ALTER TABLE disk_probe SET TABLESPACE pg_default")
    superuser.execute(sql.SQL("DROP TABLESPACE {}").format(name))


def test_it_waits_for_space_on_the_disk_of_the_ledger(service: Service, small_disk: Path) -> None:
    service.change(erasure_ledger=small_disk / "erasures.jsonl")
    assert service.http.get("/readyz").json()["ready"]
    filler = fill(small_disk)
    assert service.http.get("/readyz").json() == {"ready": False, "waiting_for": ["disk"]}
    filler.unlink()
    assert service.http.get("/readyz").json()["ready"]


def test_it_waits_for_a_ledger_of_this_installation(service: Service, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.jsonl"
    append(foreign, Erasure(bytes(32), service.clock()), installation_of(bytes(32)))
    service.change(erasure_ledger=foreign)
    answer = service.http.get("/readyz")
    assert (answer.status_code, answer.json()["waiting_for"]) == (503, ["ledger"])
    eva = service.caller()
    eva.grant()
    with capture_logs() as logged:
        assert eva.delete("/v1/me").status_code == 503
    (line,) = [each for each in logged if each["event"] == "ledger not written"]
    assert "nabij doctor" in line["advice"]
    assert eva.permissions()["gps"]["allowed"]


def test_it_waits_for_a_ledger_that_can_be_written(service: Service, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    service.change(erasure_ledger=tmp_path / "file" / "erasures.jsonl")
    assert service.http.get("/readyz").json() == {"ready": False, "waiting_for": ["disk"]}


@pytest.mark.parametrize("value", ["." * 7000, "a@b.nl"], ids=["a page", "another text"])
def test_nothing_is_kept_where_a_page_is_tried(superuser: psycopg.Connection, value: str) -> None:
    with pytest.raises(psycopg.errors.IntegrityError):
        superuser.execute(sql.SQL("INSERT INTO disk_probe (filler) VALUES ({})").format(value))


def test_asking_over_and_over_fills_no_disk(
    service: Service, superuser: psycopg.Connection
) -> None:
    for _ in range(100):
        assert service.http.get("/readyz").status_code == 200
    superuser.execute("VACUUM disk_probe")
    assert superuser.execute("SELECT pg_relation_size('disk_probe')").fetchall() == [(0,)]


def test_without_a_notice_nobody_is_asked(settings: Settings) -> None:
    with TestClient(create_app(settings), base_url="http://localhost") as http:
        answer = http.get("/v1/notice")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-notice")
