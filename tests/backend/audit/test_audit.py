"""What somebody with every power over the database changes is found, by its name."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_backend.audit.findings import AuditFault, AuditFinding, Findings
from nabij_backend.audit.parts import WHOLE, AuditPart, NoPart
from nabij_backend.audit.service import audit
from nabij_backend.db import Role, transaction_as
from nabij_backend.log.documents import Checkpoint, read_checkpoint
from tests.backend.audit.planted import CUT_OFF, PLANTED
from tests.backend.log.sequencing import place, signer_of
from tests.backend.restoring import known_file
from tests.service import Caller, Service, notice

PAST_TRIGGERS = "SET session_replication_role = replica"


def found(service: Service, *kept: Checkpoint, part: AuditPart = WHOLE) -> Findings:
    """What an audit finds."""
    heard: list[float] = []

    async def run() -> Findings:
        async with transaction_as(
            Role.AUDITOR, service.settings.required_database_url, snapshot=True
        ) as connection:
            keys = signer_of(service.settings).public()
            return await audit(connection, keys, kept, heard.append, part)

    findings = asyncio.run(run())
    assert heard == sorted(heard)
    assert all(0 < done <= 1 for done in heard)
    return findings


def faults(service: Service, *kept: Checkpoint) -> set[AuditFault]:
    return set(found(service, *kept).counts)


def newest(service: Service) -> Checkpoint:
    """The newest signed head, as somebody keeps it elsewhere."""
    text = service.http.get("/v1/log/checkpoint").json()["checkpoint"]
    return read_checkpoint(text, signer_of(service.settings).public())


def used(service: Service) -> Caller:
    """A service that was really used, and one of its customers, who permits and reports."""
    eva, bob = service.caller("eva"), service.caller("bob")
    eva.grant(["gps", "wifi"])
    bob.post("/v1/consents", bob.act("refused", ["gps"]))
    place(service)
    bob.grant(["gps"])
    bob.withdraw(signals=["gps"])
    epoch = eva.grant(["gps", "gsm"])
    answer = eva.put_status(eva.gps(epoch), eva.gsm(eva.permissions()["gsm"]["epoch"]))
    assert answer.status_code == 200
    place(service)
    return eva


def test_an_unused_service_is_without_fault(service: Service) -> None:
    assert found(service).named == []


def test_a_used_service_is_without_fault(service: Service) -> None:
    eva = used(service)
    before = newest(service)
    starter = service.http.get("/v1/notice").json()["notice"]["version"]
    service.publish(replace(notice(starter + 1), material_since=1))  # other words only
    eva.grant(["gps"])
    service.clock.advance(timedelta(days=400))
    eva = service.caller("eva")
    eva.grant(["wifi"])
    service.publish(notice(starter + 2, resolution_m=10_000))
    eva.grant(["gps", "gsm"])
    eva.post("/v1/consents", eva.act("deferred", ["gsm"]))
    place(service)
    service.caller("anna").withdraw()
    assert found(service, before, newest(service)).named == []


def test_after_an_erasure_it_is_without_fault(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = used(service)
    eva.grant(["gps"])
    before = newest(service)
    superuser.execute("DELETE FROM subject")
    assert found(service, before).named == []
    place(service)
    assert found(service, before).named == []


@pytest.mark.parametrize("what", PLANTED)
def test_what_a_superuser_changes_is_found_by_its_name(
    service: Service, superuser: psycopg.Connection, what: str
) -> None:
    eva = used(service)
    if what == "a leaf that waits":
        eva.grant(["gps"])
    statements, expected = PLANTED[what]
    superuser.execute(PAST_TRIGGERS)
    superuser.execute(statements)
    assert faults(service) == expected
    in_parts = [found(service, part=AuditPart(number, 3, block=1)) for number in (1, 2, 3)]
    assert set().union(*(each.counts for each in in_parts)) >= expected


def test_parts_are_without_fault_where_the_whole_is(service: Service) -> None:
    used(service)
    kept = newest(service)
    for of in range(1, 5):
        for block in (1, 2, 3):
            parts = [found(service, kept, part=AuditPart(n + 1, of, block)) for n in range(of)]
            assert [each.named for each in parts] == [[]] * of


def test_each_part_finds_its_own(service: Service, superuser: psycopg.Connection) -> None:
    used(service)
    superuser.execute(PAST_TRIGGERS)
    superuser.execute("UPDATE checkpoint SET root_hash = sha256('x') WHERE tree_size = 2")
    named = [found(service, part=AuditPart(number, 3, block=2)).named for number in (1, 2, 3)]
    assert named == [[AuditFinding(AuditFault.FORGED_CHECKPOINT, "at 2 leaves")], [], []]


@given(of=st.integers(1, 9999), leaves=st.integers(0, 50_000), block=st.integers(1, 2048))
def test_each_person_and_each_leaf_is_in_one_part(of: int, leaves: int, block: int) -> None:
    few = [1, 2, of // 2 + 1, of - 1, of]
    for number in {each for each in few if 1 <= each < of}:
        here, following = AuditPart(number, of), AuditPart(number + 1, of)
        assert here.last_person.int + 1 == following.first_person.int
        assert here.persons_done(here.last_person) == pytest.approx(1)
    assert AuditPart(1, of).first_person == UUID(int=0)
    assert AuditPart(of, of).last_person == UUID(int=2**128 - 1)
    begin = chain.from_iterable(AuditPart(n + 1, of, block).blocks(leaves) for n in range(of))
    assert sorted(begin) == list(range(0, leaves, block))


@pytest.mark.parametrize("text", ["1/1", "3/24", "9999/9999"])
def test_a_part_is_read(text: str) -> None:
    part = AuditPart.read(text)
    assert f"{part.number}/{part.of}" == text


@pytest.mark.parametrize("text", ["", "3", "0/3", "4/3", "1/0", "-1/3", "01/3", "1/10000", "1/3 "])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(NoPart, match="such as 3/24"):
        AuditPart.read(text)


@pytest.fixture
def cut_off(service: Service, superuser: psycopg.Connection) -> Checkpoint:
    """The head of a log of 5 acts, kept elsewhere; then its tail was cut off with care."""
    used(service)
    kept = newest(service)
    superuser.execute(PAST_TRIGGERS)
    superuser.execute(CUT_OFF)
    return kept


def test_a_tail_cut_off_with_care_shows_against_a_checkpoint_kept_elsewhere(
    service: Service, cut_off: Checkpoint
) -> None:
    assert faults(service) == set()
    assert found(service, cut_off).named == [
        AuditFinding(AuditFault.TRUNCATED_LOG, "2 of 5 leaves are there")
    ]


def test_a_log_written_anew_shows_against_a_checkpoint_kept_elsewhere(
    service: Service, cut_off: Checkpoint
) -> None:
    known_file(service.settings).unlink()
    for _ in range(4):
        service.caller("bob").withdraw()
    place(service)
    assert faults(service) == set()
    assert found(service, cut_off).named == [AuditFinding(AuditFault.REWRITTEN_LOG, "at 5 leaves")]


def test_a_checkpoint_of_another_log_is_told_apart(
    service: Service, superuser: psycopg.Connection
) -> None:
    used(service)
    kept = newest(service)
    other = replace(kept, log_id=service.caller().device_id)
    assert faults(service, other) == {AuditFault.OTHER_LOG}
    superuser.execute(PAST_TRIGGERS)
    superuser.execute("UPDATE consent_log SET log_id = gen_random_uuid()")
    assert faults(service, kept) == {AuditFault.OTHER_LOG, AuditFault.FORGED_CHECKPOINT}


def test_very_many_faults_are_counted_and_the_first_are_named() -> None:
    findings = Findings()
    for number in range(250):
        findings.add(AuditFinding(AuditFault.EDITED_ACT, f"act {number}"))
    assert findings.counts[AuditFault.EDITED_ACT] == 250
    assert findings.named[-1].where == "act 99"


def test_findings_name_rows_and_show_nothing_of_them(
    service: Service, superuser: psycopg.Connection
) -> None:
    used(service)
    superuser.execute(PAST_TRIGGERS)
    superuser.execute("UPDATE consent_event SET method = 'restore' WHERE kind = 'refused'")
    ((subject_id,),) = superuser.execute(
        "SELECT subject_id FROM consent_event WHERE kind = 'refused'"
    ).fetchall()
    assert found(service).named == [
        AuditFinding(AuditFault.EDITED_ACT, f"subject {subject_id}, act 1")
    ]
