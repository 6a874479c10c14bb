"""What devices report is stored under a live grant only, and no finer than was agreed to."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from nabij_geo import Resolution
from tests.service import AMSTERDAM, UTRECHT, Caller, Service, notice


def stored_cells(superuser: psycopg.Connection) -> list[str]:
    return [cell for (cell,) in superuser.execute("SELECT cell FROM gps_status ORDER BY cell")]


def refusals(caller: Caller, *reports: dict[str, Any]) -> list[tuple[str, int]]:
    """The problem types and statuses of the reports that were refused."""
    answer = caller.put_status(*reports).json()["refused"]
    return [(refused["type"], refused["status"]) for refused in answer]


def hours_ago(caller: Caller, hours: int) -> str:
    now = caller.service.clock()
    return (now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)).isoformat()


def test_a_report_under_a_live_grant_is_stored(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    report = eva.gps(eva.grant())
    answer = eva.put_status(report)
    assert answer.status_code == 200
    assert answer.json() == {
        "accepted": [report["id"]],
        "refused": [],
        "notice_version": 1,
        "as_of": 1,
    }
    assert stored_cells(superuser) == [AMSTERDAM]


def test_an_answer_tells_the_numbers_that_the_consents_have(service: Service) -> None:
    eva = service.caller()
    service.caller("noa").grant()
    epoch = eva.grant()
    for version in (2, 3):
        eva.grant(["wifi"])
        service.publish(notice(version, material_since=1))
        consents = eva.get("/v1/consents").json()
        verdicts = eva.put_status(eva.gps(epoch)).json()
        told = {name: verdicts[name] for name in ("notice_version", "as_of")}
        assert told == {name: consents[name] for name in told}


def test_a_report_where_no_notice_was_published_is_refused(
    service: Service, superuser: psycopg.Connection
) -> None:
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("DELETE FROM notice")
    verdicts = service.caller().put_status(service.caller().gps(epoch=1)).json()
    assert [each["type"] for each in verdicts["refused"]] == ["/problems/no-consent"]
    assert (verdicts["notice_version"], verdicts["as_of"]) == (0, 0)


def test_a_report_without_a_grant_is_refused_and_leaves_nothing(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    report = eva.gps(epoch=1)
    (refused,) = eva.put_status(report).json()["refused"]
    assert (refused["id"], refused["type"]) == (report["id"], "/problems/no-consent")
    assert stored_cells(superuser) == []
    assert superuser.execute("SELECT count(*) FROM device").fetchone() == (0,)


def test_every_signal_is_stored_as_it_was_reported(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant()
    eva.put_status(eva.gsm(epoch, connected=False), eva.wifi(epoch, connected=True))
    hour = service.clock().replace(minute=0)
    assert superuser.execute("SELECT device_id, hour, connected FROM gsm_status").fetchall() == [
        (eva.device_id, hour, False)
    ]
    assert superuser.execute("SELECT device_id, hour, connected FROM wifi_status").fetchall() == [
        (eva.device_id, hour, True)
    ]


def test_a_signal_that_was_not_granted_is_refused_beside_those_that_were(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant(["wifi"])
    gps, wifi = eva.gps(epoch), eva.wifi(epoch)
    answer = eva.put_status(gps, wifi).json()
    assert answer["accepted"] == [wifi["id"]]
    assert [each["id"] for each in answer["refused"]] == [gps["id"]]
    assert stored_cells(superuser) == []


def test_a_purpose_that_was_not_granted_is_refused(service: Service) -> None:
    eva = service.caller()
    report = eva.gps(eva.grant(), purpose="research")
    assert refusals(eva, report) == [("/problems/no-consent", 403)]


def test_a_device_has_one_row_and_the_newer_hour_wins(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant()
    eva.put_status(eva.gps(epoch, AMSTERDAM, hour=hours_ago(eva, 1)))
    eva.put_status(eva.gps(epoch, UTRECHT))
    assert stored_cells(superuser) == [UTRECHT]


def test_an_older_hour_is_accepted_and_does_not_overwrite(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant()
    eva.put_status(eva.gps(epoch, UTRECHT))
    older = eva.gps(epoch, AMSTERDAM, hour=hours_ago(eva, 1))
    assert eva.put_status(older).json()["accepted"] == [older["id"]]
    assert stored_cells(superuser) == [UTRECHT]


def test_the_same_hour_again_replaces(service: Service, superuser: psycopg.Connection) -> None:
    eva = service.caller()
    epoch = eva.grant()
    eva.put_status(eva.gps(epoch, AMSTERDAM))
    eva.put_status(eva.gps(epoch, UTRECHT))
    assert stored_cells(superuser) == [UTRECHT]


def test_the_newest_of_a_batch_is_stored_whatever_its_place(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant()
    batch = [
        eva.gps(epoch, AMSTERDAM, hour=hours_ago(eva, 2)),
        eva.gps(epoch, UTRECHT, hour=hours_ago(eva, 0)),
        eva.gps(epoch, AMSTERDAM, hour=hours_ago(eva, 1)),
    ]
    assert eva.put_status(*batch).json()["accepted"] == [report["id"] for report in batch]
    assert stored_cells(superuser) == [UTRECHT]


def test_the_later_of_the_same_hour_in_a_batch_is_stored(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant()
    eva.put_status(eva.gps(epoch, AMSTERDAM), eva.gps(epoch, UTRECHT))
    assert stored_cells(superuser) == [UTRECHT]


def test_the_same_report_twice_in_a_batch_is_accepted_twice_and_stored_once(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    report = eva.gps(eva.grant())
    assert eva.put_status(report, report).json()["accepted"] == [report["id"]] * 2
    assert stored_cells(superuser) == [AMSTERDAM]


def test_a_report_that_is_sent_again_changes_nothing(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    report = eva.gps(eva.grant())
    assert eva.put_status(report).json() == eva.put_status(report).json()
    assert stored_cells(superuser) == [AMSTERDAM]


def test_every_device_of_a_person_has_its_own_row(
    service: Service, superuser: psycopg.Connection
) -> None:
    phone = service.caller()
    tablet = Caller(service, phone.token)
    epoch = phone.grant()
    phone.put_status(phone.gps(epoch, AMSTERDAM))
    tablet.put_status(tablet.gps(epoch, UTRECHT))
    assert stored_cells(superuser) == [UTRECHT, AMSTERDAM]


def test_two_people_may_name_the_same_device(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller("eva")
    bob = Caller(service, service.token("bob"), eva.device_id)
    for person, cell in ((eva, AMSTERDAM), (bob, UTRECHT)):
        person.put_status(person.gps(person.grant(), cell))
    assert stored_cells(superuser) == [UTRECHT, AMSTERDAM]


def test_an_epoch_that_is_not_the_grants_is_stale(service: Service) -> None:
    eva = service.caller()
    epoch = eva.grant()
    assert refusals(eva, eva.gps(epoch + 1)) == [("/problems/stale-epoch", 409)]


def test_a_grant_past_its_end_lets_nothing_in(service: Service) -> None:
    eva = service.caller()
    epoch = eva.grant()
    service.clock.advance(timedelta(days=365))
    eva = service.caller()
    assert refusals(eva, eva.gps(epoch)) == [("/problems/consent-expired", 403)]


def test_a_grant_of_an_earlier_notice_lets_nothing_in(service: Service) -> None:
    eva = service.caller()
    epoch = eva.grant()
    service.publish(notice(2))
    assert refusals(eva, eva.gps(epoch)) == [("/problems/notice-changed", 409)]


def test_each_report_of_a_batch_is_judged_by_itself(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant(["gps", "wifi"])
    batch = (eva.gps(epoch), eva.gps(epoch + 5), eva.gsm(epoch), eva.wifi(epoch))
    answer = eva.put_status(*batch).json()
    assert answer["accepted"] == [batch[0]["id"], batch[3]["id"]]
    assert [(each["id"], each["type"]) for each in answer["refused"]] == [
        (batch[1]["id"], "/problems/stale-epoch"),
        (batch[2]["id"], "/problems/no-consent"),
    ]
    assert superuser.execute("SELECT count(*) FROM gsm_status").fetchone() == (0,)


@pytest.mark.parametrize(
    ("resolution_m", "cell"),
    [
        (10_000, "CRS3035RES10000mN3260000E3970000"),
        (100_000, "CRS3035RES100000mN3200000E3900000"),
    ],
)
def test_a_square_is_stored_as_coarse_as_was_agreed_to(
    service: Service, superuser: psycopg.Connection, resolution_m: Resolution, cell: str
) -> None:
    service.publish(notice(2, resolution_m=resolution_m))
    eva = service.caller()
    eva.put_status(eva.gps(eva.grant(), AMSTERDAM))
    assert stored_cells(superuser) == [cell]


def test_a_square_that_is_coarser_than_agreed_to_stays_so(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    coarse = "CRS3035RES100000mN3200000E3900000"
    eva.put_status(eva.gps(eva.grant(), coarse))
    assert stored_cells(superuser) == [coarse]


def test_the_platform_of_a_device_is_the_latest(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant()
    for platform in ("linux", "android"):
        body = {"platform": platform, "reports": [eva.gps(epoch)]}
        path = f"/v1/devices/{eva.device_id}/status"
        assert service.http.put(path, json=body, headers=eva.headers).status_code == 200
    assert superuser.execute("SELECT platform::text FROM device").fetchall() == [("android",)]


def test_a_hundred_reports_fit_into_a_batch(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant()
    batch = [eva.gps(epoch, hour=hours_ago(eva, hours)) for hours in range(100)]
    assert len(eva.put_status(*batch).json()["accepted"]) == 100
    assert stored_cells(superuser) == [AMSTERDAM]
