"""OpenStreetMap: generators and plants in one file, and those that do not run."""

import json
from pathlib import Path

import psycopg
import pytest

from nabij_backend.sources.importer import UnreadableFileError
from nabij_backend.sources.importer.errors import LayerError
from nabij_backend.sources.importer.reading import open_rows
from tests.backend.sources.importing import imported, place, written

OVERPASS = Path(__file__).parent / "files" / "overpass.json"
Connection = psycopg.Connection[tuple[object, ...]]


def rejected(path: Path) -> dict[int, str]:
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return {int(row): reason for row, reason in (line.split(",") for line in lines)}


def test_an_answer_of_overpass_is_read(connection: Connection, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    result = imported(connection, OVERPASS, rejects=rejects)
    assert (result.register, result.inserted, result.read) == ("osm", 4, 8)
    assert rejected(rejects) == {
        4: "not-operating",
        5: "not-operating",
        7: "not-operating",
        8: "no-coordinates",
    }
    rows = connection.execute(
        "SELECT source_id, technology::text, capacity_kw FROM nabij.source ORDER BY 1"
    ).fetchall()
    assert rows == [
        ("osm:node/1", "wind", 900.0),
        ("osm:node/6", "wind", None),
        ("osm:relation/3", "hydro", None),
        ("osm:way/2", "solar", 3_500.0),
    ]
    assert place(connection, "osm:relation/3") == (5.31, 52.31)
    columns = {str(field): column for field, column in result.report.columns.items()}
    assert columns["technology"] == "generator:source or plant:source"
    assert columns["status"] == "lifecycle prefix"


def test_features_are_read_as_elements_are(connection: Connection, tmp_path: Path) -> None:
    elements = json.loads(OVERPASS.read_text(encoding="utf-8"))["elements"][:4]
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [5.1 + each["id"], 52.1]},
            "properties": {"@id": f"{each['type']}/{each['id']}", **each["tags"]},
        }
        for each in elements
    ]
    collection = json.dumps({"type": "FeatureCollection", "features": features})
    result = imported(connection, written(tmp_path, collection, name="export.geojson"))
    assert (result.register, result.inserted) == ("osm", 3)
    assert result.rejected == {"not-operating": 1}


def test_an_answer_that_was_cut_is_refused(tmp_path: Path) -> None:
    whole = OVERPASS.read_text(encoding="utf-8")
    for text in (whole[: len(whole) // 2], whole.replace("52.1", '"north"')):
        with pytest.raises(UnreadableFileError):
            open_rows(written(tmp_path, text, name="cut.json"))


def test_an_answer_has_no_layers() -> None:
    with pytest.raises(LayerError):
        open_rows(OVERPASS, layer="nodes")
