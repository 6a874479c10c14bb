"""A customer has at most eight devices, so that device ids that are made up leave no history."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg

from nabij_backend.migrations.run import migrate
from tests.backend.database.older import at_revision
from tests.service import AMSTERDAM, UTRECHT, Caller, Service

MOST = 8


def stored(superuser: psycopg.Connection) -> list[tuple[str, str]]:
    """The device and the cell of each stored square."""
    rows = superuser.execute("SELECT device_id::text, cell FROM gps_status").fetchall()
    return sorted((str(device), str(cell)) for device, cell in rows)


def report(caller: Caller, epoch: int, cell: str = AMSTERDAM) -> str:
    assert caller.put_status(caller.gps(epoch, cell)).json()["accepted"]
    return str(caller.device_id)


def test_reports_under_150_device_ids_leave_eight_squares(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant()
    known = [report(eva.on_another_device(), epoch) for _ in range(150)]
    assert len(eva.device_states()) == MOST
    left = {device for device, _ in stored(superuser)}
    assert len(left) >= MOST - 1  # the device that granted has reported nothing
    assert left <= set(known)
    assert known[-1] in left


def test_the_device_that_was_heard_of_longest_ago_goes(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = Caller(service, service.token("eva", timedelta(days=MOST + 2)))
    epoch = eva.grant()
    devices = [eva.on_another_device() for _ in range(MOST)]
    for device in devices:
        service.clock.advance(timedelta(days=1))
        report(device, epoch)
    service.clock.advance(timedelta(days=1))
    report(devices[0], epoch, UTRECHT)
    report(eva.on_another_device(), epoch)
    left = dict(stored(superuser))
    assert len(left) == MOST
    assert left[str(devices[0].device_id)] == UTRECHT
    assert str(devices[1].device_id) not in left


def test_a_grant_on_a_ninth_device_lets_one_go(service: Service) -> None:
    eva = service.caller()
    for _ in range(MOST + 1):
        eva = eva.on_another_device()
        eva.grant()
    assert len(eva.device_states()) == MOST
    assert eva.device_id in eva.device_states()


def test_new_devices_that_report_at_once_are_eight_in_the_end(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    epoch = eva.grant()
    devices = [eva.on_another_device() for _ in range(60)]
    with ThreadPoolExecutor(4) as at_once:
        known = {each.result() for each in [at_once.submit(report, d, epoch) for d in devices]}
    assert len(known) == len(devices)
    assert len(eva.device_states()) == MOST
    assert len(stored(superuser)) <= MOST


def test_devices_of_others_stay(service: Service, superuser: psycopg.Connection) -> None:
    bob = service.caller("bob")
    mine = report(bob, bob.grant(), UTRECHT)
    eva = service.caller()
    epoch = eva.grant()
    for _ in range(MOST + 1):
        report(eva.on_another_device(), epoch)
    assert (mine, UTRECHT) in stored(superuser)


def test_an_upgrade_lets_those_go_that_are_too_many(empty_url: str) -> None:
    with at_revision(empty_url, "0011") as connection:
        connection.execute(
            """
            INSERT INTO nabij.subject VALUES (gen_random_uuid()), (gen_random_uuid());
            INSERT INTO nabij.device (subject_id, device_id, platform, seen_on)
            SELECT subject_id, gen_random_uuid(), 'ios', date '2026-06-01' + day
            FROM nabij.subject, generate_series(1, 11) AS day
            """
        )
    migrate(empty_url)
    with psycopg.connect(empty_url) as connection:
        assert (
            connection.execute(
                "SELECT count(*), min(seen_on)::text FROM nabij.device GROUP BY subject_id"
            ).fetchall()
            == [(MOST, "2026-06-05")] * 2
        )
        assert connection.execute(
            "SELECT relforcerowsecurity FROM pg_class WHERE oid = 'nabij.device'::regclass"
        ).fetchall() == [(True,)]
