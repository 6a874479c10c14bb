"""A cell's answer holds the k nearest sources of every place in the cell."""

from typing import Any

import psycopg
import pytest

from nabij_backend.enums import Technology
from nabij_geo import RESOLUTIONS_M, Cell, Position, Resolution
from tests.backend.sources.catalogue import corners_and_inside, fill, scattered, truly_nearest
from tests.service import Service

# The Netherlands, where the plane is nearly true, and Cyprus, at the rim where it is not.
PLACES = {"Utrecht": Position(52.0907, 5.1214), "Nicosia": Position(35.1676, 33.3736)}


def cell_of(place: str, resolution_m: Resolution) -> Cell:
    return Cell.containing(PLACES[place]).parent(resolution_m)


@pytest.fixture(scope="module")
def service(shared_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service with a thousand sources around the places."""
    places = [
        source
        for place in PLACES
        for resolution_m in RESOLUTIONS_M
        for source in scattered(cell_of(place, resolution_m), 170, seed=resolution_m)
    ]
    folder = tmp_path_factory.mktemp("catalogue")
    fill(shared_service.settings.required_database_url, folder, places)
    return shared_service


def ask(service: Service, cell: Cell, **parameters: str | int) -> dict[str, Any]:
    """The answer for a cell."""
    answer = service.http.get(f"/v1/cells/{cell.code}/sources", params=parameters)
    assert answer.status_code == 200
    return answer.json()


def ids(answer: dict[str, Any]) -> list[str]:
    return [feature["id"] for feature in answer["features"]]


@pytest.mark.parametrize("k", [1, 10, 100])
@pytest.mark.parametrize("resolution_m", RESOLUTIONS_M)
@pytest.mark.parametrize("place", PLACES)
def test_the_nearest_of_every_place_in_the_cell_are_in_the_answer(
    service: Service,
    shared_superuser: psycopg.Connection,
    place: str,
    resolution_m: Resolution,
    k: int,
) -> None:
    cell = cell_of(place, resolution_m)
    found = set(ids(ask(service, cell, k=k)))
    for position in corners_and_inside(cell, 6, seed=k):
        assert set(truly_nearest(shared_superuser, position, k)) <= found


@pytest.mark.parametrize("place", PLACES)
def test_the_nearest_of_one_technology_are_in_the_answer_and_no_others(
    service: Service, shared_superuser: psycopg.Connection, place: str
) -> None:
    cell = cell_of(place, 1_000)
    answer = ask(service, cell, k=5, technology="wind")
    assert {each["properties"]["technology"] for each in answer["features"]} == {"wind"}
    for position in corners_and_inside(cell, 6, seed=5):
        nearest = truly_nearest(shared_superuser, position, 5, Technology.WIND)
        assert set(nearest) <= set(ids(answer))


def test_the_answer_is_a_part_of_the_catalogue_only(service: Service) -> None:
    assert 10 <= len(ids(ask(service, cell_of("Utrecht", 1_000)))) < 200


def test_ten_are_asked_for_unless_something_else_is(service: Service) -> None:
    cell = cell_of("Utrecht", 1_000)
    assert ask(service, cell) == ask(service, cell, k=10)


def test_a_technology_without_sources_is_answered_with_none(service: Service) -> None:
    assert ids(ask(service, cell_of("Utrecht", 1_000), technology="marine")) == []


def test_the_nearest_come_first(service: Service, shared_superuser: psycopg.Connection) -> None:
    cell = cell_of("Utrecht", 1_000)
    ordered = shared_superuser.execute(
        "SELECT source_id FROM source ORDER BY geom <-> ST_Point(%s, %s, 3035) LIMIT 10",
        [cell.centre.easting_m, cell.centre.northing_m],
    ).fetchall()
    assert ids(ask(service, cell))[:10] == [source_id for (source_id,) in ordered]


def test_the_answer_is_geojson_that_says_what_it_answers(service: Service) -> None:
    cell = cell_of("Utrecht", 10_000)
    answer = service.http.get(f"/v1/cells/{cell.code}/sources", params={"k": 3})
    collection = answer.json()
    feature = collection["features"][0]
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert set(collection) == {"type", "cell", "k", "catalogue_version", "features"}
    assert (collection["type"], collection["cell"], collection["k"]) == (
        "FeatureCollection",
        cell.code,
        3,
    )
    assert set(feature) == {"type", "id", "geometry", "properties"}
    assert set(feature["properties"]) == {
        "name", "technology", "owner_kind", "capacity_kw", "capacity_band_kw", "count", "story",
        "language", "register", "licence", "made_up", "located",
    }  # fmt: skip
    longitude_deg, latitude_deg = feature["geometry"]["coordinates"]
    assert (3 < longitude_deg < 8, 51 < latitude_deg < 54) == (True, True)


def test_no_identity_is_needed_and_none_is_looked_at(service: Service) -> None:
    path = f"/v1/cells/{cell_of('Utrecht', 1_000).code}/sources"
    headers = {"Authorization": "Bearer forged.by.eva", "Cookie": "eva=1"}
    stranger = service.http.get(path)
    signed_in = service.http.get(path, headers=headers)
    assert (signed_in.status_code, signed_in.content) == (200, stranger.content)
    assert stranger.headers["vary"] == "Accept-Encoding"
    assert "set-cookie" not in stranger.headers
