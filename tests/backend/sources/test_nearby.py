"""The dashboard shows what is near a customer's square, without knowing where in it they are."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from nabij_geo import Cell, Position, geodesic_distance_m
from tests.backend.sources.catalogue import corners_and_inside, fill, scattered
from tests.service import AMSTERDAM, UTRECHT, Caller, Service, notice

NO_SQUARE = (404, "/problems/no-square")


@pytest.fixture
def eva(service: Service, tmp_path: Path) -> Caller:
    """Somebody who agreed, with sources around Amsterdam."""
    places = scattered(Cell.parse(AMSTERDAM), 40, seed=2)
    fill(service.settings.required_database_url, tmp_path, places)
    caller = Caller(service, service.token("eva", timedelta(days=1_000)))
    caller.grant()
    return caller


def problem(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


def position_of(feature: dict[str, Any]) -> Position:
    longitude_deg, latitude_deg = feature["geometry"]["coordinates"]
    return Position(latitude_deg, longitude_deg)


def test_the_answer_is_that_of_the_square(eva: Caller) -> None:
    eva.put_status(eva.gps(1, AMSTERDAM))
    mine = eva.get("/v1/me/nearby", k=5)
    public = eva.get(f"/v1/cells/{AMSTERDAM}/sources", k=5).json()
    shown = mine.json()
    for feature in shown["features"]:
        del feature["properties"]["distance_m"]
    assert shown == public
    assert mine.headers["Content-Type"] == "application/geo+json"
    assert mine.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("cell", [AMSTERDAM, "CRS3035RES10000mN3260000E3970000"])
def test_the_interval_holds_the_distance_of_every_place_in_the_square(
    eva: Caller, cell: str
) -> None:
    eva.put_status(eva.gps(1, cell))
    features = eva.get("/v1/me/nearby").json()["features"]
    assert len(features) >= 10
    for feature in features:
        interval = feature["properties"]["distance_m"]
        for position in corners_and_inside(Cell.parse(cell), 6, seed=3):
            distance_m = geodesic_distance_m(position, position_of(feature))
            assert interval["nearest"] <= distance_m <= interval["farthest"]


def test_one_technology_can_be_asked_for(eva: Caller) -> None:
    eva.put_status(eva.gps(1, AMSTERDAM))
    features = eva.get("/v1/me/nearby", technology="wind").json()["features"]
    assert {each["properties"]["technology"] for each in features} == {"wind"}


def test_the_square_is_that_of_the_device_that_reported_last(eva: Caller) -> None:
    tablet = eva.on_another_device()
    eva.put_status(eva.gps(1, AMSTERDAM))
    eva.service.clock.advance(timedelta(hours=1))
    tablet.put_status(tablet.gps(1, UTRECHT))
    assert eva.get("/v1/me/nearby").json()["cell"] == UTRECHT


def test_who_has_not_reported_has_no_square(eva: Caller) -> None:
    assert problem(eva.get("/v1/me/nearby")) == NO_SQUARE


def test_who_withdrew_has_no_square(eva: Caller) -> None:
    eva.put_status(eva.gps(1))
    eva.withdraw(signals=["gps"])
    assert problem(eva.get("/v1/me/nearby")) == NO_SQUARE


def test_a_square_is_not_used_past_the_end_of_its_grant(eva: Caller) -> None:
    eva.service.clock.advance(timedelta(days=365, seconds=-1))
    eva.put_status(eva.gps(1))
    assert eva.get("/v1/me/nearby").status_code == 200
    eva.service.clock.advance(timedelta(seconds=1))
    assert problem(eva.get("/v1/me/nearby")) == NO_SQUARE


def test_a_square_is_not_used_for_longer_than_the_notice_keeps_it(eva: Caller) -> None:
    eva.put_status(eva.gps(1))
    since_the_hour = timedelta(minutes=eva.service.clock().minute)
    eva.service.clock.advance(timedelta(days=30, seconds=-1) - since_the_hour)
    assert eva.get("/v1/me/nearby").status_code == 200
    eva.service.clock.advance(timedelta(seconds=1))
    assert problem(eva.get("/v1/me/nearby")) == NO_SQUARE


def test_a_square_is_not_used_under_another_notice(eva: Caller) -> None:
    eva.put_status(eva.gps(1))
    eva.service.publish(notice(2))
    assert problem(eva.get("/v1/me/nearby")) == NO_SQUARE


def test_another_customers_square_is_not_mine(eva: Caller) -> None:
    eva.put_status(eva.gps(1))
    assert problem(eva.service.caller("bob").get("/v1/me/nearby")) == NO_SQUARE


def test_who_is_not_signed_in_has_no_square(service: Service) -> None:
    answer = service.http.get("/v1/me/nearby")
    assert problem(answer) == (401, "/problems/not-signed-in")
