"""A restored log never goes on under its own name: what was lost is said, and stays provable."""

import asyncio
import json
import os
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer
from uuid import UUID, uuid4

import psycopg
import pytest
from structlog.testing import capture_logs

from nabij_backend.db import Role, connection_as
from nabij_backend.log.documents import (
    Checkpoint,
    Succession,
    SuccessionReason,
    handed_down,
    read_checkpoint,
    read_consistency,
    read_inclusion,
)
from nabij_backend.log.known import CannotKeep, DamagedCheckpoint, LogDisagrees, known_log
from nabij_backend.log.sequencer import DamagedLog, begin_successor
from nabij_backend.log.verification import check_growth, check_inclusion, check_lost
from nabij_backend.signing import JwsType, PublicKeys
from nabij_consent import InvalidProof, Receipt
from tests.backend.cli.commands import PATIENCE_S, Done, invoke, running
from tests.backend.cli.operating import operator
from tests.backend.log.sequencing import place, read, receipt_of, signer_of
from tests.backend.restoring import known_file
from tests.databases import Database
from tests.service import Caller, Service

INCLUSION, CONSISTENCY = "/v1/log/proof/inclusion", "/v1/log/proof/consistency"


def keys(service: Service) -> PublicKeys:
    return signer_of(service.settings).public()


def head(service: Service) -> str:
    """The newest checkpoint, signed."""
    return service.http.get("/v1/log/checkpoint").json()["checkpoint"]


def newest(service: Service) -> Checkpoint:
    return read_checkpoint(head(service), keys(service))


def written(folder: Path, name: str, text: str) -> str:
    """The path of a file with this text."""
    file = folder / name
    file.write_text(text)
    return str(file)


def check(service: Service, *arguments: str) -> Done:
    """``nabij restore-check`` with an empty ledger."""
    ledger = service.settings.data_folder / "none.jsonl"
    ledger.touch()
    return run(service, "restore-check", "--ledger", str(ledger), *arguments)


def run(service: Service, *words: str) -> Done:
    """A command on the service's database, with its keys."""
    settings = service.settings
    folder = str(settings.data_folder)
    url = settings.required_database_url
    return invoke(*words, "--json", database_url=url, data_folder=folder)


class Restored:
    """A service of which a backup was restored, after an act that is lost with what came since.

    ``kept`` is an act that the backup has, ``lost`` one that it lacks, each with its proof.
    """

    def __init__(self, service: Service, database: Database) -> None:
        self.service = service
        eva, bob = service.caller("eva"), service.caller("bob")
        self.eva = eva
        self.kept_text, self.kept = self._done(eva, "granted")
        self.kept_proof = self._proof(self.kept)
        self.before = head(service)
        backup = database.backup()
        service.clock.advance(timedelta(minutes=1))
        self._done(bob, "granted")
        self.lost_text, self.lost = self._done(eva, "withdrawn")
        self.lost_proof = self._proof(self.lost)
        self.newest = head(service)
        service.clock.advance(timedelta(minutes=1))
        database.restore(backup)

    def _done(self, caller: Caller, kind: str) -> tuple[str, Receipt]:
        text = receipt_of(caller, kind)
        place(self.service)
        return text, read(self.service, text)

    def _proof(self, receipt: Receipt) -> dict[str, object]:
        leaf = receipt.leaf_hash.hex()
        return self.service.http.get(INCLUSION, params={"leaf_hash": leaf}).json()


@pytest.fixture
def restored(service: Service, migrated: Database) -> Restored:
    return Restored(service, migrated)


def test_before_the_check_nothing_is_written_and_everybody_is_told_why(
    restored: Restored, superuser: psycopg.Connection
) -> None:
    service = restored.service
    acts = "SELECT count(*) FROM consent_event"
    before = superuser.execute(acts).fetchall()
    with capture_logs() as lines:
        answers = [
            restored.eva.withdraw(),
            restored.eva.put_status(),
            restored.eva.delete("/v1/me"),
            service.caller("new").get("/v1/consents"),
        ]
    for answer in answers:
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
        assert answer.headers["retry-after"] == "5"
    told = [line["advice"] for line in lines if line["event"] == "log disagrees"]
    assert len(told) == len(answers)
    assert all("nabij restore-check" in advice for advice in told)
    assert superuser.execute(acts).fetchall() == before
    ready = service.http.get("/readyz")
    assert (ready.status_code, ready.json()["waiting_for"]) == (503, ["log"])
    assert service.http.get("/v1/notice").status_code == 200
    doctor = run(service, "doctor").json["findings"]
    (found,) = [each for each in doctor if each["what"] == "the log has what was signed last"]
    assert (found["well"], found["advice"]) == (False, str(LogDisagrees()))


def test_before_the_check_nothing_is_signed(
    restored: Restored, superuser: psycopg.Connection
) -> None:
    superuser.execute("INSERT INTO pending_leaf (leaf_hash) VALUES (sha256('x'))")
    with pytest.raises(LogDisagrees):
        place(restored.service)
    assert superuser.execute("SELECT count(*) FROM checkpoint").fetchone() == (1,)


def test_before_the_check_no_background_job_does_anything(
    restored: Restored, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    settings = restored.service.settings
    superuser.execute("INSERT INTO pending_leaf (leaf_hash) VALUES (sha256('x'))")
    own = {
        "database_url": settings.required_database_url,
        "data_folder": str(settings.data_folder),
    }
    refused = set[str]()
    with running("worker", "--json", cwd=tmp_path, **own) as process, ExitStack() as closing:
        assert process.stderr is not None
        watchdog = Timer(PATIENCE_S, process.kill)
        watchdog.start()
        closing.callback(watchdog.cancel)
        while refused != {"sequence", "sweep", "escalate"}:
            line = json.loads(process.stderr.readline())
            assert (line["event"], line["reason"]) == ("round refused", "LogDisagrees")
            refused.add(line["round"])
    assert superuser.execute("SELECT count(*) FROM pending_leaf").fetchone() == (1,)
    assert superuser.execute("SELECT count(*) FROM checkpoint").fetchone() == (1,)


def test_before_the_check_no_operator_reads_or_writes(
    restored: Restored, superuser: psycopg.Connection
) -> None:
    service = restored.service

    def nabij(*words: str, **variables: str) -> Done:
        settings = service.settings
        own = {
            "database_url": settings.required_database_url,
            "data_folder": str(settings.data_folder),
        }
        return invoke(*words, **(own | variables))

    otto = operator(nabij)
    for words in (("subject", "show", "eva"), ("subject", "erase", "eva", "--yes")):
        done = otto(*words)
        assert (done.code, done.json) == (1, {"error": str(LogDisagrees())})
    assert superuser.execute("SELECT count(*) FROM operator_log").fetchone() == (0,)


def test_the_successor_names_the_log_that_ended_what_both_share_and_why(
    restored: Restored,
) -> None:
    service, old = restored.service, read_checkpoint(restored.newest, keys(restored.service))
    tried = check(service, "--dry-run").json
    assert (tried["log"], tried["ended"], tried["successor"]) == ("shorter", 1, None)
    assert tried["succeeds"]["log_id"] == str(old.log_id)
    done = check(service).json
    assert (done["log"], done["ended"]) == ("shorter", 1)
    first = newest(service)
    (ended,) = first.succeeds
    assert first.log_id == UUID(done["successor"]) != old.log_id
    assert (ended.log_id, ended.tree_size, ended.reason) == (
        old.log_id,
        1,
        SuccessionReason.ACTS_LOST,
    )
    assert first.tree_size == 1
    assert service.http.get("/readyz").json()["waiting_for"] == []


def test_after_the_check_the_service_goes_on_and_all_is_proved_in_the_successor(
    restored: Restored,
) -> None:
    service = restored.service
    check(service)
    assert not restored.eva.permissions()["gps"]["allowed"]
    new = read(service, receipt_of(restored.eva))
    assert place(service) == 2  # the end of eva's grant, and this
    log_id = newest(service).log_id
    assert new.log_id == log_id
    for receipt in (restored.kept, new):
        answer = service.http.get(INCLUSION, params={"leaf_hash": receipt.leaf_hash.hex()}).json()
        proof = read_inclusion(answer)
        assert proof.log_id == log_id
        logged = check_inclusion(receipt, proof, keys(service))
        assert logged.log_id == log_id
        assert check_lost(receipt, proof, logged, newest(service)) is None
    assert run(service, "fsck").json["counts"] == {}


def test_a_lost_act_verifies_as_signed_and_lost(restored: Restored) -> None:
    service = restored.service
    check(service)
    later = newest(service)
    (ended,) = later.succeeds
    proof = read_inclusion(restored.lost_proof)
    logged = check_inclusion(restored.lost, proof, keys(service))
    assert check_lost(restored.lost, proof, logged, later) == ended
    assert check_lost(restored.lost, None, None, later) == ended
    kept = read_inclusion(restored.kept_proof)
    logged = check_inclusion(restored.kept, kept, keys(service))
    assert check_lost(restored.kept, kept, logged, later) is None
    assert (
        service.http.get(INCLUSION, params={"leaf_hash": restored.lost.leaf_hash.hex()}).status_code
        == 404
    )


def test_the_commands_tell_what_was_lost_and_what_goes_on(
    restored: Restored, tmp_path: Path
) -> None:
    service = restored.service
    check(service)
    jwks = written(tmp_path, "jwks.json", service.http.get("/.well-known/jwks.json").text)
    successor = written(tmp_path, "successor", head(service))
    own = written(tmp_path, "own", restored.newest)
    lost = written(tmp_path, "lost", restored.lost_text)
    proof = written(tmp_path, "lost.json", json.dumps(restored.lost_proof))
    kept = written(tmp_path, "kept", restored.kept_text)
    kept_proof = written(tmp_path, "kept.json", json.dumps(restored.kept_proof))

    def verify(*words: str) -> Done:
        return invoke("verify", *words, "--jwks", jwks, data_folder=str(tmp_path / "nothing"))

    (ended,) = newest(service).succeeds
    for words in ((lost,), (lost, "--proof", proof)):
        done = verify(*words, "--checkpoint", successor)
        assert done.code == 0
        assert f"signed, lost in the restore of {ended.begun_at:%d %B %Y}" in done.out
        told = verify(*words, "--checkpoint", successor, "--json").json
        assert told["lost"] == ended.document()
    done = verify(kept, "--proof", kept_proof, "--checkpoint", successor)
    assert (done.code, "lost" in done.out, "✓ in log" in done.out) == (0, False, True)
    refused = verify(kept, "--checkpoint", own, "--json")
    assert (refused.code, "nothing without --proof" in refused.json["error"]) == (1, True)
    done = run(service, "log", "proof", "--receipt", lost)
    assert (done.code, "was lost in the restore of" in done.json["error"]) == (1, True)
    assert run(service, "log", "proof", "--receipt", kept).json["log_id"] == str(
        newest(service).log_id
    )


def test_the_catalogue_gets_a_number_that_it_never_had(
    restored: Restored, superuser: psycopg.Connection
) -> None:
    superuser.execute("UPDATE catalogue SET version = 7")
    check(restored.service)
    ((version,),) = superuser.execute("SELECT version FROM catalogue").fetchall()
    assert version > 1_700_000_000
    check(restored.service)
    ((later,),) = superuser.execute("SELECT version FROM catalogue").fetchall()
    assert later > version


def test_proofs_of_two_branches_are_never_mixed(restored: Restored) -> None:
    service = restored.service
    check(service)
    receipt_of(restored.eva)
    place(service)
    service.clock.advance(timedelta(minutes=1))
    old = read_checkpoint(restored.newest, keys(service))
    now = newest(service)
    assert old.tree_size == now.tree_size == 3
    grown = service.http.get(CONSISTENCY, params={"first": 1, "second": 3}).json()
    proof = read_consistency(grown)
    assert check_growth(restored.before, head(service), proof, keys(service))[1] == now
    with pytest.raises(InvalidProof, match="the first 1 of these 3 acts are in its successor"):
        check_growth(restored.newest, head(service), None, keys(service))
    with pytest.raises(InvalidProof, match="different logs"):
        check_growth(restored.before, restored.newest, proof, keys(service))
    for sizes, status in ((("1", "1"), 200), (("1", "3"), 404)):
        query = {"first": sizes[0], "second": sizes[1], "log_id": str(old.log_id)}
        answer = service.http.get(CONSISTENCY, params=query)
        assert answer.status_code == status
    query = {"leaf_hash": restored.kept.leaf_hash.hex(), "log_id": str(old.log_id)}
    shared = service.http.get(INCLUSION, params=query).json()
    assert (shared["checkpoint"], shared["log_id"]) == (restored.before, str(old.log_id))
    mixed = {**shared, "checkpoint": head(service), "tree_size": 3}
    with pytest.raises(InvalidProof):
        check_inclusion(restored.kept, read_inclusion(mixed), keys(service))


def test_what_was_written_under_the_old_name_is_the_successors(
    restored: Restored, tmp_path: Path
) -> None:
    service = restored.service
    known_file(service.settings).unlink()  # as on a new host
    forked_act = read(service, receipt_of(restored.eva, "withdrawn"))
    receipt_of(service.caller("carol"))
    receipt_of(service.caller("dora"))
    place(service)
    forked = newest(service)
    kept = written(tmp_path, "kept.checkpoint", restored.newest)
    done = check(service, "--checkpoint", kept).json
    assert (done["log"], done["ended"], done["succeeds"]["tree_size"]) == ("shorter", 2, 1)
    place(service)
    proof = service.http.get(INCLUSION, params={"leaf_hash": forked_act.leaf_hash.hex()}).json()
    assert check_inclusion(forked_act, read_inclusion(proof), keys(service)).log_id != forked.log_id
    assert run(service, "fsck", "--checkpoint", kept).json["counts"] == {}


def test_a_second_restore_names_both_logs_that_ended(
    restored: Restored, migrated: Database
) -> None:
    service = restored.service
    first_log = read_checkpoint(restored.newest, keys(service)).log_id
    oldest = migrated.backup()
    check(service)
    receipt_of(service.caller("carol"))
    service.clock.advance(timedelta(minutes=1))
    place(service)
    second_log = newest(service).log_id
    migrated.restore(oldest)  # from before the first restore
    with pytest.raises(LogDisagrees):
        look_as_somebody(service)
    done = check(service).json
    assert done["log"] == "shorter"
    ends = newest(service).succeeds
    assert [each.log_id for each in ends] == [first_log, second_log]
    assert newest(service).shared_with(second_log) == 1
    assert run(service, "fsck").json["counts"] == {}


def look_as_somebody(service: Service) -> None:
    """Look at the database as a transaction of a person does."""

    async def look() -> None:
        url = service.settings.required_database_url
        async with connection_as(Role.API, url) as connection:
            await known_log(service.settings).require(connection)

    asyncio.run(look())


def test_where_the_log_is_damaged_no_successor_begins_and_all_is_done_again(
    restored: Restored, superuser: psycopg.Connection
) -> None:
    service = restored.service
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE consent_leaf SET leaf_hash = sha256(leaf_hash)")
    done = check(service)
    assert (done.code, done.json) == (1, {"error": str(DamagedLog())})
    assert superuser.execute("SELECT count(*) FROM live_grant").fetchone() == (0,)
    assert superuser.execute("SELECT count(*) FROM consent_log").fetchone() == (1,)
    assert check(service, "--dry-run").json["log"] == "shorter"


def test_a_checkpoint_that_cannot_be_kept_is_said_and_the_acts_have_their_places(
    service: Service, superuser: psycopg.Connection
) -> None:
    receipt_of(service.caller())
    known_file(service.settings).mkdir(parents=True)
    with pytest.raises(DamagedCheckpoint):
        place(service)
    assert superuser.execute("SELECT count(*) FROM checkpoint").fetchone() == (0,)
    known_file(service.settings).rmdir()
    signer = signer_of(service.settings)
    (signer.folder / f"newest.{os.getpid()}").mkdir()
    with pytest.raises(CannotKeep):
        place(service)
    assert superuser.execute("SELECT tree_size FROM checkpoint").fetchall() == [(1,)]
    assert service.http.get("/readyz").json()["ready"]


def test_a_damaged_file_stops_all_until_somebody_says_so(restored: Restored) -> None:
    service = restored.service
    known_file(service.settings).write_text(restored.newest[:-4])
    assert restored.eva.withdraw().status_code == 503
    done = check(service)
    assert (done.code, done.json) == (1, {"error": str(DamagedCheckpoint())})
    assert check(service, "--no-checkpoint").json["log"] == "unknown"
    assert restored.eva.withdraw().status_code == 200


def test_an_empty_database_has_a_successor_without_a_checkpoint(
    service: Service, migrated: Database
) -> None:
    backup = migrated.backup()
    receipt_of(service.caller("eva"))
    place(service)
    migrated.restore(backup)
    assert check(service).json["succeeds"]["tree_size"] == 0
    assert service.http.get("/v1/log/checkpoint").status_code == 404
    receipt_of(service.caller("eva"))
    assert place(service) == 1
    assert [each.tree_size for each in newest(service).succeeds] == [0]


def test_the_database_numbers_its_logs_and_keeps_them(superuser: psycopg.Connection) -> None:
    for number, shared in ((2, 0), (0, 0), (1, None), (1, -1)):
        with pytest.raises(psycopg.IntegrityError):
            superuser.execute(
                "INSERT INTO consent_log (number, log_id, shared_size, begun_at, reason)"
                " VALUES (%s, gen_random_uuid(), %s, now(), 'acts-lost')",
                [number, shared],
            )
    for change in ("DELETE FROM consent_log", "UPDATE consent_log SET log_id = gen_random_uuid()"):
        with pytest.raises(psycopg.IntegrityError, match="insert-only"):
            superuser.execute(change)


AT = datetime(2026, 11, 28, tzinfo=UTC)


def test_of_each_log_so_many_leaves_are_left_as_the_fewest_that_were_handed_down() -> None:
    logs = [uuid4() for _ in range(3)]
    sizes = (5, 9, 7)
    ends = [
        Succession(log_id, size, AT, SuccessionReason.ACTS_LOST)
        for log_id, size in zip(logs, sizes, strict=True)
    ]
    assert handed_down(ends) == dict(zip(logs, (5, 7, 7), strict=True))


@pytest.mark.parametrize(
    "succeeds",
    [
        [],
        {},
        "x",
        [1],
        [{}],
        [{"log_id": str(uuid4()), "tree_size": 1, "begun_at": AT.isoformat()}],
    ],
)
def test_a_checkpoint_that_names_its_predecessors_otherwise_is_refused(
    service: Service, succeeds: object
) -> None:
    signer = signer_of(service.settings)
    head = Checkpoint(uuid4(), 1, bytes(32), AT).document()
    text = signer.sign({**head, "succeeds": succeeds}, typ=JwsType.CHECKPOINT)
    with pytest.raises(InvalidProof):
        read_checkpoint(text, signer.public())


def test_a_successor_begins_by_the_owner_alone(service: Service) -> None:
    ended = (Succession(uuid4(), 0, AT, SuccessionReason.NOT_KNOWN),)

    async def begin(role: Role) -> None:
        url = service.settings.required_database_url
        async with connection_as(role, url) as connection:
            signer = signer_of(service.settings)
            await begin_successor(connection, signer, uuid4(), ended, service.clock())

    for role in (Role.API, Role.WORKER, Role.OPERATOR, Role.AUDITOR):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            asyncio.run(begin(role))
