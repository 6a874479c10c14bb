"""What devices report is stored under a live grant only, and no finer than was agreed to."""

import psycopg

from tests.service import AMSTERDAM, Service


def stored_cells(superuser: psycopg.Connection) -> list[str]:
    return [cell for (cell,) in superuser.execute("SELECT cell FROM gps_status")]


def test_a_report_under_a_live_grant_is_stored(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    report = eva.gps(eva.grant())
    answer = eva.put_status(report)
    assert answer.status_code == 200
    assert answer.json() == {"accepted": [report["id"]], "refused": []}
    assert stored_cells(superuser) == [AMSTERDAM]


def test_a_report_without_a_grant_is_refused_and_leaves_nothing(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    report = eva.gps(epoch=1)
    (refused,) = eva.put_status(report).json()["refused"]
    assert (refused["id"], refused["type"]) == (report["id"], "/problems/no-consent")
    assert stored_cells(superuser) == []
    assert superuser.execute("SELECT count(*) FROM device").fetchone() == (0,)
