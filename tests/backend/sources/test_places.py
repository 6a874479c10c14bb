"""Who would rather not be located types a place, and gets the square of its middle."""

from typing import Any

import pytest

from nabij_geo import Cell
from tests.service import Service


def find(service: Service, typed: str) -> list[dict[str, Any]]:
    """The places that are offered for what was typed."""
    answer = service.http.get("/v1/places", params={"q": typed})
    assert answer.status_code == 200
    return answer.json()["places"]


def test_a_place_comes_with_its_region_and_its_square(shared_service: Service) -> None:
    (veldhoven,) = find(shared_service, "Veldhoven")
    cell = Cell.parse(veldhoven.pop("cell"))
    assert cell.resolution_m == 1_000
    assert veldhoven.pop("population") > 1_000
    assert veldhoven == {"name": "Veldhoven", "region": "Noord-Brabant", "country": "NL"}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("utr", "Utrecht"),
        ("UTRECHT", "Utrecht"),
        ("  utrecht ", "Utrecht"),
        ("den haag", "Den Haag"),
        ("The Hague", "Den Haag"),
        ("'s-Gravenhage", "Den Haag"),
        ("ljouwert", "Leeuwarden"),
    ],
)
def test_the_beginning_of_a_name_finds_it(shared_service: Service, typed: str, name: str) -> None:
    assert name in {place["name"] for place in find(shared_service, typed)}


@pytest.mark.parametrize(("typed", "written"), [("Súdwest", "sudwest"), ("Hengélo", "hengelo")])
def test_accents_make_no_difference(shared_service: Service, typed: str, written: str) -> None:
    assert find(shared_service, typed) == find(shared_service, written)


def test_the_middle_of_a_name_does_not_find_it(shared_service: Service) -> None:
    assert "Utrecht" not in {place["name"] for place in find(shared_service, "recht")}


def test_the_largest_come_first_and_ten_at_most(shared_service: Service) -> None:
    populations = [place["population"] for place in find(shared_service, "be")]
    assert len(populations) == 10
    assert populations == sorted(populations, reverse=True)


def test_a_name_that_several_places_have_is_told_apart_by_region(
    shared_service: Service,
) -> None:
    places = [each for each in find(shared_service, "Hengelo") if each["name"] == "Hengelo"]
    assert {place["region"] for place in places} == {"Overijssel", "Gelderland"}


def test_a_place_that_nobody_knows_is_answered_with_none(shared_service: Service) -> None:
    assert find(shared_service, "Xyzzy") == []


def test_what_was_typed_is_kept_by_no_cache(shared_service: Service) -> None:
    answer = shared_service.http.get("/v1/places", params={"q": "Utrecht"})
    assert answer.headers["Cache-Control"] == "no-store"
