"""Whatever happens at once to one person happens in some order."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import psycopg

from tests.backend.rights.people import reporting, rows_about, subject_of
from tests.backend.waiting import pids_of_who_waits
from tests.service import Caller, Service, by_signal


def together(
    superuser: psycopg.Connection,
    database_url: str,
    caller: Caller,
    *calls: Callable[[], httpx2.Response],
) -> list[httpx2.Response]:
    """What each answers when all wait for the person's turn, and then go at once."""
    person = subject_of(superuser, caller)
    with ThreadPoolExecutor() as threads, psycopg.connect(database_url) as first:
        first.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(person)])
        answers = [threads.submit(call) for call in calls]
        pids_of_who_waits(superuser, len(calls))
        first.commit()
        return [answer.result() for answer in answers]


def answering(caller: Caller, act: dict[str, Any]) -> Callable[[], httpx2.Response]:
    """A call that answers the notice."""
    return lambda: caller.post("/v1/consents", act)


def epochs(superuser: psycopg.Connection) -> list[int]:
    """Of the grants that live."""
    return [epoch for (epoch,) in superuser.execute("SELECT DISTINCT epoch FROM live_grant")]


def test_of_two_grants_with_one_nonce_one_is_told_to_ask_anew(
    service: Service, superuser: psycopg.Connection, database_url: str
) -> None:
    eva = service.caller()
    eva.post("/v1/consents", eva.act("refused", ["gps"]))
    act = eva.act("granted", ["gps"])
    acts = [act, eva.act("granted", ["gps"]) | {"nonce": act["nonce"]}]
    answers = together(superuser, database_url, eva, *(answering(eva, each) for each in acts))
    assert sorted(each.status_code for each in answers) == [201, 409]
    assert epochs(superuser) == [eva.epoch()]


def test_of_two_grants_with_a_nonce_each_one_epoch_lives(
    service: Service, superuser: psycopg.Connection, database_url: str
) -> None:
    eva = service.caller()
    eva.post("/v1/consents", eva.act("refused", ["gps"]))
    acts = [eva.act("granted", ["gps"]) for _ in range(2)]
    answers = together(superuser, database_url, eva, *(answering(eva, each) for each in acts))
    assert [each.status_code for each in answers] == [201, 201]
    assert {by_signal(each)["gps"]["epoch"] for each in answers} == {eva.epoch()}
    assert epochs(superuser) == [eva.epoch()]
    numbers = superuser.execute("SELECT number FROM consent_event ORDER BY number").fetchall()
    assert numbers == [(1,), (2,), (3,)]


def test_an_export_that_began_before_a_withdrawal_shows_all_as_it_was(
    service: Service, superuser: psycopg.Connection, database_url: str
) -> None:
    eva = reporting(service)
    person = subject_of(superuser, eva)
    before = rows_about(superuser, person)
    with ThreadPoolExecutor() as threads, psycopg.connect(database_url) as withdrawing:
        withdrawing.execute("LOCK TABLE nabij.gps_status")
        export = threads.submit(eva.get, "/v1/me/export")
        pids_of_who_waits(superuser)
        withdrawing.execute("DELETE FROM nabij.live_grant WHERE subject_id = %s", [person])
        withdrawing.commit()
        tables = export.result().json()["tables"]
    assert not rows_about(superuser, person)["gps_status"]
    for table in ("live_grant", "gsm_status", "wifi_status"):
        assert tables[table]["rows"] == before[table]
    assert [row["cell"] for row in tables["gps_status"]["rows"]] == [
        row["cell"] for row in before["gps_status"]
    ]


def test_an_erasure_amid_reports_leaves_nothing(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = reporting(service)
    person, epoch = subject_of(superuser, eva), eva.permissions()["gps"]["epoch"]

    def report_on_and_on() -> set[int]:
        phone = Caller(service, eva.token)
        return {phone.put_status(phone.gps(epoch)).status_code for _ in range(8)}

    with ThreadPoolExecutor() as threads:
        reporters = [threads.submit(report_on_and_on) for _ in range(3)]
        erased = threads.submit(eva.delete, "/v1/me")
        assert set[int]().union(*(each.result() for each in reporters)) <= {200, 410}
        assert erased.result().status_code == 200
    assert not any(rows_about(superuser, person).values())
    assert superuser.execute("SELECT count(*) FROM gps_status").fetchone() == (0,)
    assert superuser.execute("SELECT count(*) FROM device").fetchone() == (0,)
