"""Of a private person's source nothing is kept or published but a number in a square."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from nabij_backend.db import operator_connection
from nabij_backend.enums import OwnerKind, Technology
from nabij_backend.sources.importer import ImportResult, SavedMapping, import_sources
from nabij_backend.sources.importer.placing import is_private
from nabij_geo import Cell, Position, decode, unproject
from tests.backend.catalogue.knowing import heard
from tests.service import Service

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HEADER = "id,name,technology,owner_kind,capacity_kw,latitude,longitude,story\n"
SQUARE = Cell.containing(Position(52.155, 5.387))
# Each row: id, name, technology, owner kind, kW, latitude, longitude, story.
ROOFS = (
    "roof-Lindeweg-7,Zonnepanelen Lindeweg 7,solar,particulier,4.321,52.155234,5.387345,Van Eva\n"
    "roof-Lindeweg-9,Zonnepanelen Lindeweg 9,solar,person,9.876,52.155534,5.387645,Van Bob\n"
    "roof-Dorpsstraat,Dak Dorpsstraat 12,solar,,12.345,52.156534,5.388645,\n"
    "roof-Kerkpad,Dak Kerkpad 3,solar,,,52.156834,5.388945,\n"
    "mill-Brink,Molen van de Brink,wind,particulier,75.31,52.157134,5.389245,Gebouwd door opa\n"
)
SCHOOL = "school,Zonnedak school,solar,public,12,52.1412,5.3712,Van ons\n"
FIELD = "field,Zonneveld,solar,,16,52.1652,5.3972,\n"
CANARIES = (
    *("Lindeweg", "Dorpsstraat", "Kerkpad", "Brink", "Van Eva", "Van Bob", "opa", "roof-"),
    *("4.321", "9.876", "12.345", "75.31", "52.1552", "5.38734", "52.1565", "52.1571", "mill-"),
)


def canaries_in(text: str) -> list[str]:
    """Return what was found; the seconds of a time, such as 08:15:14.321, are not."""
    return [each for each in CANARIES if re.search(rf"(?<!:\d)(?<!\d\d:){re.escape(each)}", text)]


def imported(service: Service, folder: Path, *lines: str) -> ImportResult:
    path = folder / "sources.csv"
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    with operator_connection(service.settings.required_database_url) as connection:
        result = import_sources(
            connection, path, mapping=SavedMapping(licence="CC-BY-4.0"), now=NOW
        )
    heard(service, result.catalogue_version)
    return result


def published(service: Service) -> list[dict[str, Any]]:
    """The properties of what is published of private persons around the square."""
    answer = service.http.get(f"/v1/cells/{SQUARE.code}/sources", params={"k": 50})
    found = [each for each in answer.json()["features"] if each["id"].startswith("neighbours:")]
    return sorted((each["properties"] for each in found), key=lambda each: each["technology"])


def test_several_in_one_square_are_one_with_their_number(service: Service, tmp_path: Path) -> None:
    imported(service, tmp_path, ROOFS, SCHOOL)
    told = ("name", "story", "language", "register", "capacity_kw")
    nothing = dict.fromkeys(told)
    shared = {
        **nothing,
        "owner_kind": "person",
        "located": "cell",
        "made_up": False,
        "licence": "CC-BY-4.0",
    }
    assert published(service) == [
        {**shared, "technology": "solar", "count": 4, "capacity_band_kw": [0, 15]},
        {**shared, "technology": "wind", "count": 1, "capacity_band_kw": [50, None]},
    ]


def test_the_catalogue_tells_the_same_bands(service: Service, tmp_path: Path) -> None:
    imported(service, tmp_path, ROOFS, SCHOOL)
    path = service.http.get("/v1/catalogue").json()["files"][0]["path"]
    file = decode(service.http.get(path).json())
    private = {each.technology: each.capacity_band_kw for each in file if each.located == "cell"}
    assert private == {"solar": (0, 15), "wind": (50, None)}


def test_they_stand_in_the_middle_of_their_square(service: Service, tmp_path: Path) -> None:
    imported(service, tmp_path, ROOFS)
    answer = service.http.get(f"/v1/cells/{SQUARE.code}/sources")
    middle = unproject(SQUARE.centre)
    places = {tuple(each["geometry"]["coordinates"]) for each in answer.json()["features"]}
    assert places == {(round(middle.longitude_deg, 5), round(middle.latitude_deg, 5))}


def outputs(service: Service) -> Iterator[str]:
    """Everything that the service tells of sources to whoever asks."""
    caller = service.caller()
    caller.put_status(caller.gps(caller.grant(), SQUARE.code))
    files = [each["path"] for each in service.http.get("/v1/catalogue").json()["files"]]
    yield caller.get("/v1/me/nearby", k=50).text
    for path in ("/v1/catalogue", f"/v1/cells/{SQUARE.code}/sources?k=50", *files):
        answer = service.http.get(path)
        assert answer.status_code == 200, path
        yield answer.content.decode(errors="replace")


def test_no_public_output_has_a_name_or_a_number_that_went_in(
    service: Service, tmp_path: Path
) -> None:
    imported(service, tmp_path, ROOFS, SCHOOL)
    texts = list(outputs(service))
    assert len(texts) == 5
    assert sum("Zonnedak school" in each for each in texts) == 4
    for text in texts:
        assert canaries_in(text) == []


def test_no_table_has_them_either(
    service: Service, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    imported(service, tmp_path, ROOFS)
    tables = superuser.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'nabij'"
    ).fetchall()
    for (table,) in tables:
        whole = sql.SQL("SELECT t::text FROM nabij.{} AS t").format(sql.Identifier(table))
        text = str(superuser.execute(whole).fetchall())
        assert canaries_in(text) == []


def test_the_id_says_nothing_and_stays(service: Service, tmp_path: Path) -> None:
    imported(service, tmp_path, ROOFS)
    before = {each["id"] for each in everything(service)}
    imported(service, tmp_path, ROOFS.replace("Lindeweg", "Eikenlaan").replace("4.321", "3"), FIELD)
    after = {each["id"] for each in everything(service)}
    assert before < after
    assert all(each.removeprefix("neighbours:").isalnum() for each in before)


def everything(service: Service) -> list[dict[str, Any]]:
    answer = service.http.get(f"/v1/cells/{SQUARE.code}/sources", params={"k": 100})
    return answer.json()["features"]


def test_importing_again_counts_nobody_twice(service: Service, tmp_path: Path) -> None:
    first = imported(service, tmp_path, ROOFS, SCHOOL)
    again = imported(service, tmp_path, ROOFS, SCHOOL)
    assert (first.inserted, again.inserted, again.updated, again.unchanged) == (6, 0, 0, 6)
    assert again.catalogue_version == first.catalogue_version
    assert [each["count"] for each in published(service)] == [4, 1]


def test_who_moves_is_counted_in_the_other_square(service: Service, tmp_path: Path) -> None:
    imported(service, tmp_path, ROOFS)
    moved = imported(service, tmp_path, ROOFS.replace("52.156534,5.388645", "52.256534,5.388645"))
    assert (moved.updated, moved.unchanged) == (1, 4)
    counts = sorted(str(each["count"]) for each in published(service))
    assert counts == ["1", "1", "3"]


def test_a_source_that_turns_out_to_be_a_private_persons_is_named_no_longer(
    service: Service, tmp_path: Path
) -> None:
    imported(service, tmp_path, SCHOOL)
    turned = imported(service, tmp_path, SCHOOL.replace("public", "particulier"))
    assert (turned.inserted, turned.updated) == (0, 1)
    (only,) = everything(service)
    assert "school" not in str(only)
    back = imported(service, tmp_path, SCHOOL)
    assert (back.inserted, back.updated) == (0, 1)
    assert [each["id"] for each in everything(service)] == ["school"]


def test_a_name_that_looks_like_a_neighbours_is_not_taken(service: Service, tmp_path: Path) -> None:
    result = imported(service, tmp_path, SCHOOL.replace("school,", "neighbours:1,", 1))
    assert (result.inserted, sum(result.rejected.values())) == (0, 1)


SQL = (
    "INSERT INTO source (source_id, name, technology, owner_kind, capacity_kw, licence, made_up,"
    " located, latitude_e5, longitude_e5, geom) VALUES (%s, %s, 'solar', %s, %s, 'CC0', false, %s,"
    " 0, 0, ST_Point(3973000, 3263000, 3035))"
)


@pytest.mark.parametrize(
    "row",
    [
        ("neighbours:1", "Zonnepanelen Lindeweg 7", "person", None, "cell"),
        ("neighbours:1", None, "person", 4.3, "cell"),
        ("neighbours:1", None, "person", None, "site"),
        ("roof-7", None, "person", None, "cell"),
        ("roof-7", "Dak", "unknown", 15, "site"),
        ("roof-7", "Dak", "unknown", None, "site"),
        ("neighbours:1", "Dak", "public", 20, "site"),
    ],
)
def test_the_table_takes_nothing_more_of_a_private_person(
    superuser: psycopg.Connection, row: tuple[object, ...]
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        superuser.execute(SQL, row)


@given(
    st.sampled_from(OwnerKind),
    st.sampled_from(Technology),
    st.one_of(st.none(), st.floats(0.1, 1e5)),
)
def test_what_is_not_known_may_be_a_roof_that_somebody_lives_under(
    owner_kind: OwnerKind, technology: Technology, capacity_kw: float | None
) -> None:
    small_roof = technology is Technology.SOLAR and (capacity_kw is None or capacity_kw <= 15)
    expected = owner_kind is OwnerKind.PERSON or (owner_kind is OwnerKind.UNKNOWN and small_roof)
    assert is_private(owner_kind, technology, capacity_kw) == expected


def test_the_file_can_be_read_by_everybody(service: Service, tmp_path: Path) -> None:
    imported(service, tmp_path, ROOFS, SCHOOL, FIELD)
    manifest = service.http.get("/v1/catalogue").json()
    catalogue = decode(service.http.get(manifest["files"][0]["path"]).json())
    assert sorted(each.count for each in catalogue) == [1, 1, 1, 4]
    assert manifest["sources"] == 7
    with (tmp_path / "sources.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 7


def test_a_canary_is_found_and_a_time_is_none() -> None:
    assert canaries_in("(roof,4.321,2026-01-01 08:15:12.345+00)") == ["4.321"]
    assert canaries_in("08:15:14.321, 08:52.1552") == []
    assert canaries_in('{"lat": 52.1552, "kw": 12.3456}') == ["12.345", "52.1552"]
