"""An answer that would be too far away or too long is a small problem, known before it is made."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Barrier
from typing import get_args

import httpx2
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_backend.db import Role, connection_as
from nabij_backend.enums import Technology
from nabij_backend.sources.repository import Candidates, NearestQuery, candidates
from nabij_backend.sources.service import FARTHEST_M, MOST_SOURCES, reach
from nabij_geo import Cell, Position, candidate_radius_m
from nabij_geo.cell_code import Resolution
from nabij_geo.projection import EAST_M, NORTH_M, SOUTH_M, WEST_M
from tests.backend.catalogue.knowing import heard, queries
from tests.backend.sources.catalogue import fill
from tests.backend.waiting import pids_of_who_waits
from tests.service import Service

NUUK = Cell.containing(Position(64.1814, -51.6941))
UTRECHT = Cell.containing(Position(52.0907, 5.1214))


def ask(service: Service, cell: Cell, k: int) -> httpx2.Response:
    return service.http.get(f"/v1/cells/{cell.code}/sources", params={"k": k})


@pytest.fixture
def dense(service: Service, tmp_path: Path) -> Service:
    """The service with more sources around Utrecht than any list holds."""
    chance = Random(18)  # noqa: S311 - places to try
    places = [
        (Technology.SOLAR, Position(chance.uniform(51.9, 52.3), chance.uniform(4.8, 5.4)))
        for _ in range(MOST_SOURCES + 500)
    ]
    fill(service.settings.required_database_url, tmp_path, places)
    return service


def assert_points_to_the_catalogue(answer: httpx2.Response, slug: str) -> None:
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, f"/problems/{slug}")
    assert problem["instead"] == "/v1/catalogue"
    assert len(answer.content) < 2_000


def test_from_nuuk_the_hundredth_source_is_too_far(dense: Service) -> None:
    assert_points_to_the_catalogue(ask(dense, NUUK, 100), "too-far")


def test_a_large_square_in_a_dense_land_has_too_many(dense: Service) -> None:
    assert_points_to_the_catalogue(ask(dense, UTRECHT.parent(100_000), 100), "too-many")
    assert ask(dense, UTRECHT, 10).status_code == 200


@pytest.mark.parametrize(("kth_at_most_m", "read"), [(FARTHEST_M, 0), (1e7, 100)])
def test_no_source_is_read_where_the_kth_is_too_far(
    dense: Service, kth_at_most_m: float, read: int
) -> None:
    question = NearestQuery(NUUK, 100, None)
    within = replace(reach(NUUK), kth_at_most_m=kth_at_most_m)

    async def found() -> Candidates:
        url = dense.settings.required_database_url
        async with connection_as(Role.API, url) as connection:
            return await candidates(connection, question, within, limit=100)

    came = asyncio.run(found())
    assert came.kth_distance_m > FARTHEST_M
    assert (came.version, len(came.places)) == (1, read)


@given(
    st.sampled_from(get_args(Resolution)),
    st.integers(SOUTH_M, NORTH_M - 1),
    st.integers(WEST_M, EAST_M - 1),
    st.floats(0, FARTHEST_M),
)
def test_what_is_reached_holds_every_candidate_and_few_others(
    side_m: Resolution, northing_m: int, easting_m: int, kth_distance_m: float
) -> None:
    cell = Cell(side_m, northing_m - northing_m % side_m, easting_m - easting_m % side_m)
    within = reach(cell)
    least_m = candidate_radius_m(cell, kth_distance_m)
    reached_m = within.margin_m + within.widening * kth_distance_m
    assert least_m * (1 - 1e-12) <= reached_m <= least_m * 1.03


def test_the_dashboard_is_told_the_same(dense: Service) -> None:
    caller = dense.caller()
    caller.put_status(caller.gps(caller.grant(), NUUK.code))
    assert_points_to_the_catalogue(caller.get("/v1/me/nearby", k=100), "too-far")


def test_where_there_are_fewer_than_k_all_are_answered(service: Service, tmp_path: Path) -> None:
    few = [(Technology.WIND, Position(52.0 + n / 10, 5.0)) for n in range(9)]
    fill(service.settings.required_database_url, tmp_path, few)
    assert len(ask(service, NUUK, 10).json()["features"]) == 9


def test_a_cold_cell_asked_by_two_hundred_is_worked_out_once(
    dense: Service, superuser: psycopg.Connection
) -> None:
    heard(dense, 1)
    together = Barrier(201)

    def ask_together() -> httpx2.Response:
        together.wait()
        return ask(dense, UTRECHT, 10)

    with ThreadPoolExecutor(200) as clients:
        with superuser.transaction():
            superuser.execute("LOCK source IN ACCESS EXCLUSIVE MODE")
            asked = [clients.submit(ask_together) for _ in range(200)]
            together.wait()
            (only,) = pids_of_who_waits(superuser)
            for _ in range(10):  # meanwhile the others come to wait, too
                assert dense.http.get("/healthz").status_code == 200
            assert pids_of_who_waits(superuser) == [only]
            assert not any(each.done() for each in asked)
        answers = [each.result() for each in asked]
    assert {each.status_code for each in answers} == {200}
    assert len({each.content for each in answers}) == 1
    before = queries(superuser)
    assert ask(dense, UTRECHT, 10).content == answers[0].content
    assert queries(superuser) == before


def test_who_holds_an_answer_costs_the_database_nothing(
    dense: Service, superuser: psycopg.Connection
) -> None:
    heard(dense, 1)
    tag = ask(dense, UTRECHT, 10).headers["etag"]
    before = queries(superuser)
    for _ in range(20):
        path = f"/v1/cells/{UTRECHT.code}/sources"
        held = dense.http.get(path, params={"k": 10}, headers={"If-None-Match": tag})
        assert (held.status_code, held.headers["vary"]) == (304, "Accept-Encoding")
    assert queries(superuser) == before


def test_a_change_of_the_catalogue_drops_what_was_kept(dense: Service, tmp_path: Path) -> None:
    heard(dense, 1)
    before = ask(dense, UTRECHT, 10)
    fill(dense.settings.required_database_url, tmp_path, [(Technology.WIND, Position(52.09, 5.12))])
    heard(dense, 2)
    after = ask(dense, UTRECHT, 10)
    assert (before.json()["catalogue_version"], after.json()["catalogue_version"]) == (1, 2)
    assert before.headers["etag"] != after.headers["etag"]
