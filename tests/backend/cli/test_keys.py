"""``nabij keys``: made once, known to the database, and replaced by nothing."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from structlog.testing import capture_logs

from nabij_backend import installation
from nabij_backend.db import Connection, Role, connection_as
from nabij_backend.installation import (
    LostKeys,
    MissingPublicKeys,
    NoKeysYet,
    NotKnown,
    OtherIdentityKey,
    RetiredKey,
    UnknownPublicKey,
    WrongKeys,
    require_installation,
)
from nabij_backend.settings import Settings
from nabij_backend.signing import Signer, signing_folder
from tests.backend.cli.commands import Done, invoke
from tests.backend.log.sequencing import place, receipt_of, rotate
from tests.keys import give_keys
from tests.service import Service

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Host:
    """A machine with a folder of its own, and the database."""

    def __init__(self, url: str, folder: Path, **variables: str) -> None:
        self.folder = folder
        self._variables = {"database_url": url, "data_folder": str(folder), **variables}

    def __call__(self, *words: str, **variables: str) -> Done:
        return invoke(*words, "--json", **self._variables, **variables)

    @property
    def files(self) -> list[Path]:
        return [file for file in self.folder.rglob("*") if file.is_file()]


@pytest.fixture
def new(superuser: psycopg.Connection, database_url: str, tmp_path: Path) -> Host:
    """A host and a database that know no keys yet."""
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("DELETE FROM installation_key")
    superuser.execute("RESET session_replication_role")
    return Host(database_url, tmp_path / "new")


@pytest.fixture
def host(service: Service) -> Host:
    """The host of a service."""
    return Host(service.settings.required_database_url, service.settings.data_folder)


def known(superuser: psycopg.Connection) -> dict[str, bool]:
    """The signing keys that the database knows, and whether they were retired."""
    rows = superuser.execute(
        "SELECT fingerprint, retired_at IS NOT NULL FROM installation_key WHERE kind = 'signing'"
    )
    return dict(rows.fetchall())


def test_init_makes_the_keys_once_and_the_database_knows_them(
    new: Host, superuser: psycopg.Connection
) -> None:
    first = new("keys", "init").json
    assert first["retired"] == []
    assert known(superuser) == {first["active"]: False}
    assert {file.name for file in new.files} == {"active.key", "pseudonym.key"}
    before = {file: file.read_bytes() for file in new.files}
    assert new("keys", "init").json == first
    assert {file: file.read_bytes() for file in new.files} == before


@pytest.mark.parametrize(
    "words",
    [
        ("serve", "--port", "0"),
        ("worker",),
        ("doctor",),
        ("keys", "list"),
        ("keys", "rotate"),
        ("log", "checkpoint"),
        ("log", "sequence"),
        ("restore-check", "--no-checkpoint"),
        ("notice", "publish", "notice.json"),
    ],
)
def test_nothing_else_makes_a_key(new: Host, words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").touch()
    more = ("--ledger", str(tmp_path / "none.jsonl")) if words[0] == "restore-check" else ()
    done = new(*words, *more)
    assert done.code != 0
    assert [file.name for file in new.files if file.name in {"active.key", "pseudonym.key"}] == []


def test_a_folder_without_keys_is_refused_where_the_database_knows_some(
    database_url: str, tmp_path: Path
) -> None:
    empty = Host(database_url, tmp_path / "empty")
    for words in (("serve", "--port", "0"), ("worker",)):
        done = empty(*words)
        assert (done.code, "is missing" in done.json["error"]) == (1, True)
    assert empty("keys", "init").json == {"error": str(LostKeys())}
    assert not (empty.folder / "signing").exists()


def test_a_folder_of_another_installation_is_refused(database_url: str, tmp_path: Path) -> None:
    foreign = Host(database_url, give_keys(tmp_path / "foreign"))
    (foreign.folder / "signing" / "active.key").write_bytes(bytes(32))
    for words in (
        ("serve", "--port", "0"),
        ("worker",),
        ("keys", "init"),
        ("keys", "init", "--lost"),
        ("keys", "rotate"),
    ):
        done = foreign(*words)
        advice = MissingPublicKeys() if "--lost" in words else WrongKeys()
        assert done.json == {"error": str(advice)}, words
    assert (foreign.folder / "signing" / "active.key").read_bytes() == bytes(32)


def test_another_identity_key_is_refused(host: Host) -> None:
    for words in (("serve", "--port", "0"), ("keys", "init")):
        done = host(*words, identity_key="x" * 32)
        assert done.json == {"error": str(OtherIdentityKey())}, words


def test_a_running_service_with_a_folder_of_another_writes_nothing(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    eva.grant()
    (signing_folder(service.settings) / "active.key").write_bytes(bytes(32))
    assert eva.withdraw().status_code == 503
    ready = service.http.get("/readyz")
    assert (ready.status_code, ready.json()["waiting_for"]) == (503, ["keys"])
    assert superuser.execute("SELECT count(*) FROM consent_event").fetchone() == (1,)
    (signing_folder(service.settings) / "active.key").unlink()
    with capture_logs() as lines:
        assert eva.withdraw().status_code == 503
    (told,) = [line["advice"] for line in lines if line["event"] == "wrong keys"]
    assert "active.key is missing" in told
    assert service.http.get("/readyz").json()["waiting_for"] == ["keys"]


def test_rotating_tells_the_database_before_and_after(
    host: Host, service: Service, superuser: psycopg.Connection
) -> None:
    first = host("keys", "list").json
    rotated = host("keys", "rotate").json
    assert rotated["retired"] == [first["active"]]
    assert known(superuser) == {first["active"]: True, rotated["active"]: False}
    assert service.caller().withdraw().status_code == 200
    told = invoke("keys", "list", data_folder=str(host.folder)).out
    assert rotated["active"] in told
    assert first["active"] in told


def test_another_host_may_sign_for_five_minutes_after_a_rotation(
    service: Service, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    behind = service.settings.model_copy(update={"data_folder": give_keys(tmp_path / "behind")})
    rotate(service)
    with pytest.raises(MissingPublicKeys):
        asyncio.run(require_installation(behind))
    asyncio.run(admit(behind))
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE installation_key SET retired_at = retired_at - interval '5 minutes'")
    for look in (require_installation, admit):
        with pytest.raises(RetiredKey):
            asyncio.run(look(behind))


async def admit(settings: Settings) -> None:
    """Look as a transaction about a person does."""
    async with connection_as(Role.API, settings.required_database_url) as connection:
        await installation.installation(settings).admit(connection)


def test_two_who_rotate_at_once_leave_no_key_unknown(
    service: Service, superuser: psycopg.Connection
) -> None:
    async def both() -> None:
        url = service.settings.required_database_url
        async with connection_as(Role.OWNER, url) as one, connection_as(Role.OWNER, url) as other:
            signer = Signer.open(signing_folder(service.settings))

            async def run(connection: Connection) -> None:
                await installation.rotate(connection, signer, NOW)
                await connection.close()

            await asyncio.gather(run(one), run(other))

    asyncio.run(both())
    assert len(known(superuser)) == 3
    assert list(known(superuser).values()).count(False) == 1
    asyncio.run(require_installation(service.settings))


def test_a_lost_private_half_is_replaced_only_where_somebody_says_so(
    host: Host, service: Service, tmp_path: Path
) -> None:
    receipt_of(service.caller())
    place(service)
    jwks = tmp_path / "jwks.json"
    jwks.write_text(service.http.get("/.well-known/jwks.json").text)
    (host.folder / "signing" / "active.key").unlink()
    assert host("keys", "init").json == {"error": str(LostKeys())}
    assert host("keys", "init", "--lost").json == {"error": str(MissingPublicKeys())}
    assert host("keys", "add", str(jwks)).json["active"] is None
    (first,) = json.loads(jwks.read_text())["keys"]
    assert host("keys", "init", "--lost").json["retired"] == [first["kid"]]
    service.clock.advance(datetime.now(UTC) - service.clock())
    receipt_of(service.caller())
    assert place(service) == 1
    assert host("fsck").json["counts"] == {}


def test_only_keys_that_signed_here_are_added(host: Host, tmp_path: Path) -> None:
    strangers = tmp_path / "jwks.json"
    signer = Signer.create(tmp_path / "stranger")
    strangers.write_text(json.dumps(signer.public().document()))
    assert host("keys", "add", str(strangers)).json == {"error": str(UnknownPublicKey())}
    strangers.write_text("{}")
    assert host("keys", "add", str(strangers)).code == 1
    assert not (host.folder / "signing" / "retired").exists()


def test_after_a_restore_from_before_a_rotation_restore_check_takes_the_key_over(
    host: Host, service: Service, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    receipt_of(service.caller())
    place(service)
    rotate(service)
    active = Signer.open(signing_folder(service.settings)).active_id
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("DELETE FROM installation_key WHERE fingerprint = %s", [active])
    superuser.execute("UPDATE installation_key SET retired_at = NULL")
    superuser.execute("RESET session_replication_role")
    assert host("serve", "--port", "0").json == {"error": str(NotKnown())}
    (tmp_path / "none.jsonl").touch()
    assert host("restore-check", "--ledger", str(tmp_path / "none.jsonl")).json["log"] == "whole"
    assert known(superuser)[active] is False
    asyncio.run(require_installation(service.settings))


def test_a_database_that_knows_no_keys_takes_those_that_signed_its_log(
    host: Host, service: Service, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    receipt_of(service.caller())
    place(service)
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("DELETE FROM installation_key")
    superuser.execute("RESET session_replication_role")
    assert host("serve", "--port", "0").json == {"error": str(NoKeysYet())}
    other = Host(service.settings.required_database_url, tmp_path / "other")
    Signer.create(other.folder / "signing")
    for folder in (other, Host(service.settings.required_database_url, tmp_path / "none")):
        assert folder("keys", "init").json == {"error": str(WrongKeys())}
    assert host("keys", "init").json["active"] in known(superuser)


def test_a_key_is_retired_once_and_kept(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE installation_key SET retired_at = now() WHERE kind = 'signing'")
    for change in (
        "UPDATE installation_key SET retired_at = NULL WHERE kind = 'signing'",
        "UPDATE installation_key SET retired_at = now() WHERE kind = 'identity'",
        "DELETE FROM installation_key",
        "INSERT INTO installation_key VALUES ('identity', repeat('0', 32), now())",
        "INSERT INTO installation_key VALUES ('signing', '52.3702', now())",
        "INSERT INTO installation_key VALUES ('other', repeat('0', 43), now())",
    ):
        with pytest.raises(psycopg.IntegrityError):
            superuser.execute(change)
