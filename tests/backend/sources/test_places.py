"""Who would rather not be located types a place, which the list of all of them tells nobody."""

from typing import Any

import pytest

from nabij_geo import Cell
from tests.service import Service


@pytest.fixture(scope="module")
def places(shared_service: Service) -> dict[tuple[str, str | None], dict[str, Any]]:
    """Every place by its name and region; of two with both, the larger."""
    places = shared_service.http.get("/v1/places/all").json()["places"]
    return {(each["name"], each["region"]): each for each in reversed(places)}


def test_a_place_comes_with_its_region_and_its_square(
    places: dict[tuple[str, str | None], dict[str, Any]],
) -> None:
    veldhoven = dict(places["Veldhoven", "Noord-Brabant"])
    assert Cell.parse(veldhoven["cell"]).resolution_m == 1_000
    assert veldhoven["population"] > 1_000
    assert veldhoven["country"] == "NL"
    assert len(places) > 1_500


@pytest.mark.parametrize(
    ("region", "name", "other"),
    [
        ("Zuid-Holland", "Den Haag", "'s-Gravenhage"),
        ("Zuid-Holland", "Den Haag", "The Hague"),
        ("Fryslân", "Leeuwarden", "Ljouwert"),
    ],
)
def test_it_has_what_else_it_is_called(
    places: dict[tuple[str, str | None], dict[str, Any]], region: str, name: str, other: str
) -> None:
    assert other in places[name, region]["other_names"]


def test_a_name_that_several_places_have_is_told_apart_by_region(
    places: dict[tuple[str, str | None], dict[str, Any]],
) -> None:
    assert {region for name, region in places if name == "Hengelo"} == {"Overijssel", "Gelderland"}


def test_the_largest_come_first_and_the_source_is_named(shared_service: Service) -> None:
    answer = shared_service.http.get("/v1/places/all")
    populations = [each["population"] for each in answer.json()["places"]]
    assert populations == sorted(populations, reverse=True)
    assert "GeoNames" in answer.json()["source"]
    assert answer.headers["cache-control"] == "public, max-age=86400"


def test_nobody_can_ask_what_somebody_typed(shared_service: Service) -> None:
    assert shared_service.http.get("/v1/places", params={"q": "Utrecht"}).status_code == 404
