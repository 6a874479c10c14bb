"""An erased account is gone whole, with proof, and nothing comes back to life behind it."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from starlette.testclient import TestClient

from nabij.testing import ManualClock
from nabij_backend.app import create_app
from nabij_backend.identity import LocalIdentity
from nabij_backend.identity.keys import identity_key, installation_of
from nabij_backend.log.verification import check_erasure
from nabij_backend.rights.erasure.ledger import (
    Erasure,
    ledger_file,
    pseudonym_of,
    read,
)
from nabij_backend.settings import Settings
from nabij_backend.signing import JwsType, Signer, signing_folder, verify
from tests.backend.rights.people import give_mandate, reporting, rows_about, subject_of
from tests.backend.waiting import pids_of_who_waits
from tests.service import Service


def count(superuser: psycopg.Connection, table: str) -> int:
    """How many rows there are of anybody."""
    statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    (row,) = superuser.execute(statement).fetchall()
    return row[0]


def test_nothing_about_the_person_is_left_and_others_keep_theirs(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva, bob = reporting(service, "eva"), reporting(service, "bob")
    person, other = subject_of(superuser, eva), subject_of(superuser, bob)
    eva.get("/v1/me/nearby")
    before, of_bob = rows_about(superuser, person), rows_about(superuser, other)
    answer = eva.delete("/v1/me")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["rows"] == {table: len(rows) for table, rows in before.items()}
    assert not any(rows_about(superuser, person).values())
    assert rows_about(superuser, other) == of_bob


def test_the_receipt_of_an_erasure_is_signed_and_names_nobody(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = reporting(service)
    person = subject_of(superuser, eva)
    answer = eva.delete("/v1/me").json()
    keys = Signer.open(signing_folder(service.settings)).public()
    receipt = check_erasure(answer["receipt"], keys)
    assert receipt.pseudonym == pseudonym_of(person, identity_key(service.settings))
    assert (receipt.rows, receipt.erased_at) == (answer["rows"], service.clock())
    assert str(person) not in json.dumps(verify(answer["receipt"], JwsType.ERASURE_RECEIPT, keys))


def test_the_leaf_stays_and_the_salt_goes(service: Service, superuser: psycopg.Connection) -> None:
    eva = reporting(service)
    ((leaf,),) = superuser.execute("SELECT leaf_hash FROM consent_event").fetchall()
    eva.delete("/v1/me")
    assert superuser.execute("SELECT leaf_hash FROM pending_leaf").fetchall() == [(leaf,)]
    assert count(superuser, "consent_event") == 0


def test_a_keyed_pseudonym_is_remembered_inside_and_outside_the_database(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = reporting(service)
    key = identity_key(service.settings)
    pseudonym = pseudonym_of(subject_of(superuser, eva), key)
    eva.delete("/v1/me")
    file = ledger_file(service.settings)
    assert read([file], installation_of(key)) == [Erasure(pseudonym, service.clock())]
    assert superuser.execute("SELECT pseudonym FROM erasure").fetchall() == [(pseudonym,)]
    assert file.stat().st_mode & 0o077 == 0


def test_who_was_erased_is_a_stranger(service: Service, superuser: psycopg.Connection) -> None:
    eva = reporting(service)
    person = subject_of(superuser, eva)
    eva.delete("/v1/me")
    assert not any(each["allowed"] for each in eva.permissions().values())
    assert superuser.execute("SELECT subject_id FROM subject").fetchall() != [(person,)]


def test_somebody_unknown_does_not_become_known_by_erasing(
    service: Service, superuser: psycopg.Connection
) -> None:
    answer = service.caller().delete("/v1/me")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/nothing-known")
    assert (count(superuser, "subject"), count(superuser, "erasure")) == (0, 0)


def test_erasing_twice_finds_nobody(service: Service) -> None:
    eva = reporting(service)
    assert [eva.delete("/v1/me").status_code for _ in range(2)] == [200, 404]


@pytest.fixture
def service_on_a_full_disk(settings: Settings, clock: ManualClock, service: Service) -> Service:
    """The service with a ledger that takes nothing."""
    full = settings.model_copy(update={"erasure_ledger": Path("/dev/full")})
    identity = LocalIdentity.open(settings.data_folder)
    app = create_app(full, clock=clock)
    return Service(app, TestClient(app, base_url="http://localhost"), identity, service.clock, full)


def test_where_the_ledger_cannot_be_written_nothing_is_erased(
    service_on_a_full_disk: Service, superuser: psycopg.Connection
) -> None:
    with service_on_a_full_disk.http:
        eva = reporting(service_on_a_full_disk)
        before = rows_about(superuser, subject_of(superuser, eva))
        answer = eva.delete("/v1/me")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
        assert rows_about(superuser, subject_of(superuser, eva)) == before
        assert count(superuser, "erasure") == 0


def test_an_agent_who_is_erased_can_no_longer_act(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva, bob = reporting(service, "eva"), reporting(service, "bob")
    give_mandate(superuser, subject_of(superuser, eva), subject_of(superuser, bob))
    assert bob.delete("/v1/me").json()["rows"]["mandate"] == 1
    assert count(superuser, "mandate") == 0


@pytest.mark.parametrize("what", ["a report", "a withdrawal", "a grant", "a choice"])
def test_what_waited_behind_an_erasure_is_told_so_and_leaves_no_row(
    service: Service, superuser: psycopg.Connection, database_url: str, what: str
) -> None:
    eva = reporting(service)
    person, epoch = subject_of(superuser, eva), eva.permissions()["gps"]["epoch"]
    shown = eva.act("granted", ["gps"])
    calls = {
        "a report": lambda: eva.put_status(eva.gps(epoch)),
        "a withdrawal": eva.withdraw,
        "a grant": lambda: eva.post("/v1/consents", shown),
        "a choice": lambda: eva.put("/v1/me/choices", {"source_ids": []}),
    }
    with ThreadPoolExecutor() as others, psycopg.connect(database_url) as erasing:
        erasing.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(person)])
        erasing.execute("DELETE FROM nabij.subject WHERE subject_id = %s", [person])
        late = others.submit(calls[what])
        pids_of_who_waits(superuser)
        erasing.commit()
        answer = late.result()
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/erased")
    assert not any(rows_about(superuser, person).values())


def test_a_look_that_began_before_an_erasure_is_told_so(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = reporting(service)
    superuser.execute(
        "CREATE FUNCTION erase_first() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS "
        "'BEGIN DELETE FROM nabij.subject; RETURN NEW; END'"
    )
    superuser.execute(
        "CREATE TRIGGER erased_meanwhile BEFORE INSERT ON access_log "
        "FOR EACH ROW EXECUTE FUNCTION erase_first()"
    )
    answer = eva.get("/v1/me/nearby")
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/erased")
