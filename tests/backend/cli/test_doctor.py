"""``nabij doctor``: everything that can be missing is found, each with what to do."""

import json
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from nabij_backend.cli.doctor import database
from nabij_backend.clock import utc_now
from nabij_backend.migrations import NewerSchema
from nabij_backend.signed_notes import NoteKey, NoteKind
from nabij_dev import embedded
from tests.backend.cli.commands import Command, Done, invoke
from tests.backend.cli.operating import operator
from tests.backend.identity.fake_google import FakeGoogle, Refusal
from tests.backend.notices.filled import filled
from tests.keys import IDENTITY_KEY

ADDRESS = "https://nabij.example"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - not listened on
REGISTER = "id,name,technology,latitude,longitude,capacity_kw\n1,Molen,wind,52.1,5.1,900\n"


def advice(done: Done) -> dict[str, str]:
    """What is to be done about each thing that is not well."""
    found = done.json
    assert found["well"] == (done.code == 0) == all(each["well"] for each in found["findings"])
    return {each["what"]: each["advice"] for each in found["findings"] if not each["well"]}


@pytest.fixture
def healthy(nabij: Command, tmp_path: Path) -> Command:
    """Everything that Nabij needs is there."""
    notice, register = tmp_path / "notice.json", tmp_path / "register.csv"
    notice.write_text(json.dumps(filled(nabij("notice", "show", "--starter", "--json").json)))
    register.write_text(REGISTER)
    assert operator(nabij)("notice", "publish", str(notice)).code == 0
    assert nabij("sources", "import", str(register)).code == 0
    return nabij


def test_all_is_well(healthy: Command) -> None:
    assert advice(healthy("doctor", "--json")) == {}
    assert "✗" not in healthy("doctor").out


def test_a_notice_that_promises_other_times_than_are_kept_is_found(
    healthy: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NABIJ_BACKUP_DAYS", "90")
    found = advice(healthy("doctor", "--json"))
    assert list(found) == ["the notice says what is stored, and how long"]
    assert "erasures, backups" in found["the notice says what is stored, and how long"]


def test_a_fresh_database_lacks_a_notice_and_sources(nabij: Command) -> None:
    found = advice(nabij("doctor", "--json"))
    assert set(found) == {"a notice is published", "there are sources"}
    assert "nabij notice publish" in found["a notice is published"]
    assert "nabij sources import" in found["there are sources"]


def test_an_older_schema_is_to_be_migrated(healthy: Command, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE nabij.alembic_version SET version_num = '0001'")
    found = advice(healthy("doctor", "--json"))
    assert found == {"the schema serves this release": "Run `nabij migrate`."}


def test_a_newer_schema_is_not_to_be_migrated(healthy: Command, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE nabij.alembic_version SET version_num = '9999'")
    (said,) = advice(healthy("doctor", "--json")).values()
    assert said == str(NewerSchema())
    refused = healthy("migrate", "--json")
    assert (refused.code, refused.json) == (1, {"error": str(NewerSchema())})


def test_a_table_that_was_changed_by_hand_is_found(healthy: Command, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("ALTER TABLE nabij.source ADD COLUMN remark text")
    (said,) = advice(healthy("doctor", "--json")).values()
    assert said.endswith("Undo what was changed by hand. Added: column source.remark.")


def test_a_clock_that_is_not_the_databases_is_found(
    healthy: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = utc_now() + timedelta(minutes=6)
    monkeypatch.setattr(database, "utc_now", lambda: ahead)
    assert advice(healthy("doctor", "--json")) == {
        "the clock is the database's": "Set the clock that is wrong."
    }


def test_a_database_that_was_restored_without_its_privileges_is_found(
    healthy: Command, superuser: psycopg.Connection
) -> None:
    superuser.execute("GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC")
    found = advice(healthy("doctor", "--json"))
    assert found == {"nothing is stored beside the tables": "Run `nabij migrate` as a superuser."}


def test_an_empty_database_lacks_all_but_the_roles_of_its_server(
    nabij: Command, empty_url: str
) -> None:
    found = advice(nabij("doctor", "--json", database_url=empty_url))
    assert set(found) == {
        "PostGIS is there",
        "nothing is stored beside the tables",
        "the schema serves this release",
        "the keys are this installation's",
        "a notice is published",
        "the notice says what is stored, and how long",
        "every witness has seen the log",
        "there are sources",
    }


@pytest.mark.parametrize(
    ("minutes", "cosigned", "well"), [(4, False, True), (6, False, False), (6, True, True)]
)
def test_a_witness_that_has_not_seen_the_log_is_found(
    healthy: Command, database_url: str, *, minutes: int, cosigned: bool, well: bool
) -> None:
    """A head may wait five minutes for its cosignature."""
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO nabij.consent_leaf VALUES (0, sha256('leaf'))")
        connection.execute(
            "INSERT INTO nabij.checkpoint"
            " VALUES (1, sha256('root'), now() - make_interval(mins => %s), 'e30.e30.c2ln')",
            [minutes],
        )
        if cosigned:
            connection.execute(
                "INSERT INTO nabij.cosignature VALUES (1, 'nabij.example/log', 'w.example',"
                " '— w.example ' || repeat('A', 102) || '==', now())"
            )
    key = NoteKey("w.example", NoteKind.WITNESS, bytes(32))
    witnesses = json.dumps([f"{key.vkey} https://w.example"])
    found = advice(healthy("doctor", "--json", witnesses=witnesses))
    assert set(found) == (set() if well else {"every witness has seen the log"})


def test_a_database_that_is_down_is_said_once(nabij: Command) -> None:
    done = nabij("doctor", "--json", database_url="postgresql://127.0.0.1:1/nabij")
    assert set(advice(done)) == {"the database answers"}


@pytest.mark.parametrize(
    ("variables", "what_to_set"),
    [
        ({"identity": "firebase"}, "NABIJ_FIREBASE_PROJECT"),
        ({"identity": "firebase", "firebase_project": "demo-nabij"}, "NABIJ_IDENTITY_KEY"),
        ({"host": EVERYWHERE}, "Firebase"),
    ],
    ids=["no project", "no key", "local identity for everybody"],
)
def test_identity_that_cannot_work_is_found(
    healthy: Command, variables: dict[str, str], what_to_set: str
) -> None:
    found = advice(healthy("doctor", "--json", public_url=ADDRESS, **variables))
    assert set(found) == {"identity is set up"}
    assert what_to_set in found["identity is set up"]


@pytest.mark.parametrize("variables", [{"host": EVERYWHERE}, {"identity": "firebase"}], ids=str)
def test_an_address_that_no_customer_reaches_is_found(
    healthy: Command, variables: dict[str, str]
) -> None:
    found = advice(healthy("doctor", "--json", **variables))
    assert "NABIJ_PUBLIC_URL" in found["receipts name an address that customers reach"]


@pytest.fixture
def google(google: FakeGoogle) -> FakeGoogle:
    """Google, which refuses a made-up push token as it does every one."""
    google.failures[":send"] = Refusal(400, "INVALID_ARGUMENT")
    return google


FIREBASE = {
    "public_url": ADDRESS,
    "identity": "firebase",
    "firebase_project": "nabij-test",
    "identity_key": IDENTITY_KEY,
}
CERTIFICATES = "Google's certificates are in reach"
ACCOUNTS = "Google answers for accounts of the project"
PUSH = "push messages can be sent"


@pytest.mark.parametrize(
    ("failures", "found"),
    [
        ({}, {}),
        ({"gserviceaccount.com": Refusal(503, "UNAVAILABLE")}, {CERTIFICATES: "www.googleapis"}),
        ({":lookup": Refusal(404, "CONFIGURATION_NOT_FOUND")}, {ACCOUNTS: "FIREBASE_PROJECT"}),
        ({":lookup": Refusal(403, "PERMISSION_DENIED")}, {ACCOUNTS: "APPLICATION_CREDENTIALS"}),
        ({":send": Refusal(403, "PERMISSION_DENIED")}, {PUSH: "APPLICATION_CREDENTIALS"}),
        (
            {"/token": Refusal(400, "invalid_grant")},
            {ACCOUNTS: "APPLICATION_CREDENTIALS", PUSH: "APPLICATION_CREDENTIALS"},
        ),
    ],
    ids=["nothing", "certificates", "project", "rights", "rights to send", "credentials"],
)
def test_what_is_wrong_with_google_is_found(
    healthy: Command, google: FakeGoogle, failures: dict[str, Refusal], found: dict[str, str]
) -> None:
    google.failures.update(failures)
    told = advice(healthy("doctor", "--json", **FIREBASE))
    assert told.keys() == found.keys()
    assert all(part in told[what] for what, part in found.items())


def test_credentials_that_are_none_are_found(healthy: Command, google: FakeGoogle) -> None:
    google.service_account.write_text("{}")
    found = advice(healthy("doctor", "--json", **FIREBASE))
    assert set(found) == {"identity is set up"}
    assert "GOOGLE_APPLICATION_CREDENTIALS" in found["identity is set up"]


def test_where_nothing_is_it_makes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NABIJ_DATABASE_URL", raising=False)
    found = advice(invoke("doctor", "--json", data_folder=str(tmp_path / "new")))
    assert list(found) == ["there is a database"]
    assert "nabij serve" in found["there is a database"]
    assert not (tmp_path / "new").exists()


def test_without_postgis_on_this_machine_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(embedded, "known_folders", lambda: iter([tmp_path]))
    monkeypatch.delenv("NABIJ_DATABASE_URL", raising=False)
    done = invoke("doctor", "--json", data_folder=str(tmp_path / "new"))
    (told,) = advice(done).values()
    assert "apt-get install" in told
