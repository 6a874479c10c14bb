"""Whoever looks at somebody's data is seen by them."""

from dataclasses import replace
from uuid import uuid4

import psycopg

from tests.backend.rights.people import reporting
from tests.service import AMSTERDAM, UTRECHT, Service, by_signal


def test_the_dashboard_is_seen_to_look(service: Service) -> None:
    eva = reporting(service)
    assert eva.get("/v1/me/access-log").json() == {"reads": [], "before": None}
    assert eva.get("/v1/me/nearby").status_code == 200
    (read,) = eva.get("/v1/me/access-log").json()["reads"]
    del read["id"]
    assert read == {
        "reader": "dashboard",
        "reader_id": None,
        "purpose": "nearby-sources",
        "read_at": "2026-06-01T09:30:00Z",
    }


def test_who_has_no_square_was_not_looked_at(service: Service) -> None:
    eva = service.caller()
    assert eva.get("/v1/me/nearby").status_code == 404
    assert eva.get("/v1/me/access-log").json()["reads"] == []


def test_who_reads_their_own_square_is_nobody_else(service: Service) -> None:
    eva = reporting(service)
    answer = eva.get("/v1/me/cell")
    assert answer.json() == {"cell": AMSTERDAM}
    assert answer.headers["cache-control"] == "no-store"
    assert eva.get("/v1/me/access-log").json()["reads"] == []


def test_squares_of_other_devices_are_told_to_their_owner(service: Service) -> None:
    eva = reporting(service)
    epoch = by_signal(eva.get("/v1/consents"))["gps"]["epoch"]
    for _ in range(2):
        tablet = replace(eva, device_id=uuid4())
        assert tablet.put_status(tablet.gps(epoch, UTRECHT)).json()["accepted"]
    answer = eva.get("/v1/me/cell").json()
    assert sorted([answer["cell"], *answer["others"]]) == sorted([AMSTERDAM, UTRECHT])


def test_it_is_told_newest_first_and_page_by_page(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = reporting(service)
    superuser.execute(
        "INSERT INTO access_log SELECT subject_id, gen_random_uuid(), 'dashboard', NULL, "
        "'nearby-sources', '2026-05-01Z'::timestamptz + n / 2 * interval '1 hour' "
        "FROM subject, generate_series(0, 119) AS n"
    )
    first = eva.get("/v1/me/access-log").json()
    second = eva.get("/v1/me/access-log", before=first["before"]).json()
    third = eva.get("/v1/me/access-log", before=second["before"]).json()
    assert [len(page["reads"]) for page in (first, second, third)] == [50, 50, 20]
    assert third["before"] is None
    reads = [read for page in (first, second, third) for read in page["reads"]]
    assert len({read["id"] for read in reads}) == 120
    times = [read["read_at"] for read in reads]
    assert times == sorted(times, reverse=True)


def test_a_page_before_nothing_that_is_known_is_empty(service: Service) -> None:
    eva = reporting(service)
    eva.get("/v1/me/nearby")
    unknown = "7a0e2b1c-0000-4000-8000-000000000009"
    assert eva.get("/v1/me/access-log", before=unknown).json()["reads"] == []
