"""A tile holds the sources in it, few enough to draw, and a cache can keep it for good."""

from typing import TYPE_CHECKING, Any, cast

import psycopg
import pytest
from pyogrio import raw

from nabij_backend.tiles.repository import CAP
from nabij_backend.words import Technology
from nabij_geo import Cell, Position
from tests.backend.sources.catalogue import fill, scattered
from tests.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable

UTRECHT = Position(52.0907, 5.1214)
ZOOMED_IN = (8, 131, 84)
"""The tile that Utrecht lies in."""
NUMBER = 3_000

# pyogrio says of its arguments nothing.
_read = cast(
    "Callable[..., tuple[dict[str, list[str]], Any, Any, list[list[Any]]]]",
    raw.read,  # pyright: ignore[reportUnknownMemberType]
)


@pytest.fixture(scope="module")
def service(shared_service: Service, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service with sources around Utrecht, more than a tile holds, and one in Groningen."""
    sources = scattered(Cell.containing(UTRECHT), NUMBER, seed=1)
    sources.append((Technology.HYDRO, Position(53.2194, 6.5665)))
    folder = tmp_path_factory.mktemp("catalogue")
    fill(shared_service.settings.required_database_url, folder, sources)
    return shared_service


def address(service: Service, z: int, x: int, y: int) -> str:
    (template,) = service.http.get("/v1/tiles").json()["tiles"]
    return template.format(z=z, x=x, y=y)


def points(service: Service, z: int, x: int, y: int) -> list[dict[str, Any]]:
    """What GDAL reads in a tile."""
    answer = service.http.get(address(service, z, x, y))
    assert answer.status_code == 200, answer.text
    if not answer.content:
        return []
    meta, _, _, columns = _read(answer.content, layer="sources")
    return [dict(zip(meta["fields"], row, strict=True)) for row in zip(*columns, strict=True)]


def test_few_sources_are_each_drawn_with_what_is_told_of_them(service: Service) -> None:
    (only,) = points(service, 10, 530, 332)
    assert (only["id"], only["technology"], only["owner_kind"], only["kW"], only["count"]) == (
        str(NUMBER),
        "hydro",
        "cooperative",
        10,
        1,
    )


def test_many_are_drawn_together_and_each_is_counted_once(service: Service) -> None:
    found = points(service, *ZOOMED_IN)
    assert 1 < len(found) <= CAP
    assert sum(each["count"] for each in found) == NUMBER
    assert sum(each["kW"] for each in found) == 10 * NUMBER


def test_the_world_fits_in_one_tile(service: Service) -> None:
    counts = {each["technology"]: each["count"] for each in points(service, 0, 0, 0)}
    assert (sum(counts.values()), counts["hydro"]) == (NUMBER + 1, 1)


def test_four_tiles_hold_what_the_one_above_them_does(service: Service) -> None:
    z, x, y = ZOOMED_IN
    parts = [points(service, z + 1, 2 * x + i, 2 * y + j) for i in (0, 1) for j in (0, 1)]
    assert sum(each["count"] for part in parts for each in part) == NUMBER


def test_a_tile_without_sources_is_empty(service: Service) -> None:
    assert points(service, 10, 0, 0) == []


def test_a_tile_is_kept_for_good_and_tells_nothing_of_who_asks(service: Service) -> None:
    path = address(service, 10, 530, 332)
    stranger = service.http.get(path)
    known = service.http.get(path, headers={"Authorization": "Bearer x.y.z", "Cookie": "eva=1"})
    assert known.content == stranger.content
    assert stranger.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert stranger.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert stranger.headers["vary"] == "Accept-Encoding"
    assert stranger.headers["content-encoding"] == "gzip"
    assert "set-cookie" not in stranger.headers


def test_who_holds_it_is_told_so(service: Service) -> None:
    path = address(service, 10, 530, 332)
    entity_tag = service.http.get(path).headers["etag"]
    answer = service.http.get(path, headers={"If-None-Match": entity_tag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_a_tile_of_another_catalogue_is_gone(
    service: Service, shared_superuser: psycopg.Connection
) -> None:
    row = shared_superuser.execute("SELECT version FROM catalogue").fetchone()
    assert row is not None
    old = row[0] - 1
    held = {"If-None-Match": f'"{old}-0-0-0"'}
    answer = service.http.get(f"/v1/tiles/{old}/0/0/0", headers=held)
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/other-catalogue")


def test_there_is_no_tile_beyond_the_world(service: Service) -> None:
    assert service.http.get(address(service, 1, 2, 0)).status_code == 404
    assert service.http.get(address(service, 15, 0, 0)).status_code == 422
