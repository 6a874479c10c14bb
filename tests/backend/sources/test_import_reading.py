import gzip
import json
import re
import warnings
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyogrio import raw

from nabij_backend.sources.importer.errors import (
    LayerError,
    OtherFormatError,
    UnknownCrsError,
    UnreadableFileError,
)
from nabij_backend.sources.importer.mapping import SavedMapping
from nabij_backend.sources.importer.numbers import DecimalMarks
from nabij_backend.sources.importer.reading import open_rows
from nabij_backend.sources.importer.register_file import read_register
from nabij_backend.sources.importer.rows import RawRow
from tests.backend.sources.workbooks import write_workbook

SHAPES = Path(__file__).parent / "files" / "shapes.zip"


def rows_of(path: Path, *wanted: str) -> list[RawRow]:
    return list(open_rows(path).rows(wanted))


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "sources.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = 'id,name,kw\n1,"Zon; wind, water",5\n'.replace(",", delimiter)
    source = open_rows(written(tmp_path, text))
    assert source.columns == ("id", "name", "kw")
    assert source.total == 1
    assert source.marks is (DecimalMarks.COMMA_LIKELY if delimiter == ";" else DecimalMarks.UNKNOWN)
    assert [row.cells for row in source.rows(("kw", "id"))] == [("5", "1")]


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path: Path) -> None:
    path = written(tmp_path, "id;kw;lat;lon\n" + "1;2,5;52,1;5,2\n" * 9)
    assert open_rows(path).columns == ("id", "kw", "lat", "lon")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "id,name\n1,Zonnecoöperatie €co\n", encoding)
    assert rows_of(path, "id", "name") == [RawRow(2, ("1", "Zonnecoöperatie €co"))]


def test_bytes_that_windows_1252_lacks_are_read_as_latin_1(tmp_path: Path) -> None:
    path = written(tmp_path, "id,name\n1,\x81é\n", "latin-1")
    assert rows_of(path, "name") == [RawRow(2, ("\x81é",))]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    path = written(tmp_path, 'id,name\n1,"two\nlines"\n\n2,b\n')
    assert [row.number for row in rows_of(path, "id")] == [2, 4]
    assert open_rows(path).total == 2


def test_titles_above_a_known_header_are_skipped(tmp_path: Path) -> None:
    text = (
        "General Facility Details,,,,\n"
        "\n"
        "Ref ID,Technology Type,Installed Capacity (MWelec),X-coordinate,Y-coordinate\n"
        "7,Wind Onshore,2,400000,300000\n"
    )
    source = open_rows(written(tmp_path, text))
    assert source.columns[0] == "Ref ID"
    assert source.total == 1
    assert list(source.rows(("Ref ID",))) == [RawRow(4, ("7",))]


def test_a_short_row_has_empty_cells_and_a_long_one_is_cut(tmp_path: Path) -> None:
    path = written(tmp_path, "id,name,kw\n1\n2,b,3,4\n")
    assert [row.cells for row in rows_of(path, "id", "kw")] == [("1", ""), ("2", "3")]


def test_a_cell_may_be_larger_than_the_csv_module_allows_by_default(tmp_path: Path) -> None:
    path = written(tmp_path, f"id,name\n1,{'x' * 200_000}\n")
    assert len(rows_of(path, "name")[0].cells[0]) == 200_000


@pytest.mark.parametrize("name", ["broken.geojson", "absent.csv", "absent.geojson"])
def test_what_cannot_be_read_says_what_can(tmp_path: Path, name: str) -> None:
    if name.startswith("broken"):
        written(tmp_path, '{"type": "FeatureColl', name=name)
    with pytest.raises(UnreadableFileError, match="give a CSV file, a GeoJSON file"):
        open_rows(tmp_path / name)


@pytest.mark.parametrize("delimiter", [";", "^"])
def test_a_first_line_names_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    text = f"sep={delimiter}\nid,a{delimiter}name\n1{delimiter}Molen\n"
    source = open_rows(written(tmp_path, text))
    assert source.columns == ("id,a", "name")
    assert list(source.rows(("name",))) == [RawRow(3, ("Molen",))]


TEXT = "Register van molens\n\nMolen nr,naam\n1,Coöperatie\n"


def test_the_header_is_the_row_with_the_mapped_columns(tmp_path: Path) -> None:
    source = open_rows(written(tmp_path, TEXT), mapped=["MOLEN NR"])
    assert (source.columns, source.form["header row"]) == (("Molen nr", "naam"), "3")


def test_without_a_register_it_is_the_row_with_most_of_our_names(tmp_path: Path) -> None:
    text = "Molens in name only\n\nnr,naam,lat,lon\n1,Molen,52,5\n"
    assert open_rows(written(tmp_path, text)).columns == ("nr", "naam", "lat", "lon")


def test_text_is_read_within_gzip_and_zip(tmp_path: Path) -> None:
    packed = tmp_path / "sources.csv.gz"
    packed.write_bytes(gzip.compress(TEXT.encode()))
    with zipfile.ZipFile(tmp_path / "sources.zip", "w") as archive:
        archive.writestr("folder/sources.csv", TEXT)
    for path in (packed, tmp_path / "sources.zip"):
        source = open_rows(path, mapped=["naam"])
        assert list(source.rows(("naam",))) == [RawRow(4, ("Coöperatie",))]
        whole, damaged = path.read_bytes(), path.with_name(f"damaged-{path.name}")
        for data in (
            whole[:40],
            whole.replace(b"PK\x01\x02", b"PK\x09\x02").replace(b"\x1f", b"\x1e"),
        ):
            damaged.write_bytes(data)
            with pytest.raises(UnreadableFileError):
                open_rows(damaged)


SHEETS = {
    "Info": [["Bijgewerkt op 1 januari"]],
    "Molens": [["Molens 2026"], [], ["id", "naam", "kW"], [1, "Molen", 900], ["2", "Stuw", 2.5]],
}


def test_a_sheet_of_a_workbook_by_its_name(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "sources.xlsx", SHEETS)
    with pytest.raises(LayerError, match="Info, Molens"):
        open_rows(path)
    with pytest.raises(LayerError, match="Info, Molens"):
        open_rows(path, layer="Zon")
    source = open_rows(path, layer="Molens")
    assert source.form == {"format": "XLSX", "sheet": "Molens", "header row": "3"}
    rows = [(row.number, row.cells) for row in source.rows(("id", "naam", "kW"))]
    assert rows == [(4, ("1", "Molen", "900")), (5, ("2", "Stuw", "2.5"))]
    only = write_workbook(tmp_path / "only.xlsx", {"Blad1": SHEETS["Molens"]})
    assert open_rows(only).columns == ("id", "naam", "kW")


def test_a_file_without_layers_has_none_to_choose(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match="leave --layer out"):
        open_rows(written(tmp_path, TEXT), layer="Molens")


@pytest.mark.filterwarnings("error")
def test_a_layer_of_a_geopackage_and_a_shapefile_without_coordinate_system(tmp_path: Path) -> None:
    package, shapes = tmp_path / "sources.gpkg", tmp_path / "sources.shp"
    for layer in ("molens", "daken"):
        write_points(package, layer, "EPSG:28992")
    write_points(shapes, "sources", None)
    with pytest.raises(LayerError, match="molens, daken"):
        open_rows(package)
    source = open_rows(package, layer="daken")
    assert (source.form, source.geometry_crs) == (
        {"format": "GPKG", "layer": "daken"},
        "EPSG:28992",
    )
    assert list(source.rows(("id",))) == [RawRow(1, ("a",), (155_000.0, 463_000.0))]
    assert open_rows(shapes).geometry_crs == "EPSG:4326"


def write_points(path: Path, layer: str, crs: str | None) -> None:
    point = np.array([shapely.to_wkb(shapely.Point(155_000, 463_000))], dtype=object)
    names = np.array(["a"], dtype=object)
    append = path.exists()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is no coordinate system is what is tried
        raw.write(  # pyright: ignore[reportUnknownMemberType]
            path, point, [names], ["id"], layer=layer, crs=crs, geometry_type="Point", append=append
        )


def test_a_kml_file_has_names_and_points(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        "<Document><Placemark><name>Molen</name><Point><coordinates>5.1,52.1,0</coordinates>"
        "</Point></Placemark></Document></kml>",
        name="sources.kml",
    )
    (row,) = rows_of(path, "Name")
    assert (row.cells, row.point) == (("Molen",), (5.1, 52.1))


def geojson(folder: Path, *features: tuple[object, Mapping[str, object]]) -> Path:
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": geometry, "properties": properties}
            for geometry, properties in features
        ],
    }
    return written(folder, json.dumps(collection), name="sources.geojson")


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.csv", b"%PDF-1.7 ...", "a PDF document: save what it holds as CSV"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel before 2007"),
        ("a.csv", b"\xef\xbb\xbf\n<!DOCTYPE html><title>", "a web page"),
        ("a.parquet", b"PAR1\x15\x04", "a Parquet file"),
        ("a.csv", b"PK\x03\x04\x14\x00", "let its name end in .xlsx, .ods or .zip"),
        ("a.txt", b"\x1f\x8b\x08\x00", "let its name end in .csv.gz"),
        ("a.csv", b"SQLite format 3\0", "let its name end in .gpkg"),
        ("a.csv", b" \n", "The file is empty"),
    ],
)
def test_another_format_is_told_with_what_to_do(
    tmp_path: Path, name: str, data: bytes, told: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(OtherFormatError, match=re.escape(told)):
        open_rows(path)


def test_a_column_is_no_format(tmp_path: Path) -> None:
    assert open_rows(written(tmp_path, "PAR1;id;naam\n1;2;3\n")).columns == ("PAR1", "id", "naam")


def test_features_in_another_encoding_than_their_files_are_read(tmp_path: Path) -> None:
    features = (
        {"type": "Point", "coordinates": [5, 52]},
        {"id": "a", "Énergie": "Coopérative", "name": "Tournée"},
    )
    path = geojson(tmp_path, features)
    text = json.dumps(json.loads(path.read_text()), ensure_ascii=False)
    for encoding in ("utf-8", "cp1252"):
        path.write_bytes(text.encode(encoding))
        (row,) = rows_of(path, "name", "Énergie")
        assert row.cells == ("Tournée", "Coopérative")
    mixed = text.encode().replace("Tournée".encode(), "Tournée".encode("cp1252"))
    path.write_bytes(mixed)
    (row,) = rows_of(path, "name", "id")
    assert row.cells == ("Tournée", "a")


@pytest.mark.parametrize(
    ("known", "other", "error"),
    [(b"RD_New", b"\xac", UnreadableFileError), (b"Double_", b"Triple_", UnknownCrsError)],
)
def test_a_coordinate_system_that_is_none_is_refused(
    tmp_path: Path, known: bytes, other: bytes, error: type[Exception]
) -> None:
    path = tmp_path / "shapes.zip"
    with zipfile.ZipFile(SHAPES) as whole, zipfile.ZipFile(path, "w") as archive:
        for name in whole.namelist():
            archive.writestr(name, whole.read(name).replace(known, other))
    with pytest.raises(error):
        read_register(path, SavedMapping(), str.encode, date(2026, 1, 1))


def test_features_are_numbered_from_one_with_a_point_each(tmp_path: Path) -> None:
    crescent = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 3.9], [3.9, 3.9], [3.9, 0.1], [0, 0.1], [0, 0]]
    path = geojson(
        tmp_path,
        ({"type": "Point", "coordinates": [5.5, 52.1]}, {"id": "a", "kw": 3.0}),
        ({"type": "Polygon", "coordinates": [crescent]}, {"id": "b", "kw": None}),
        (None, {"id": "c", "kw": 4.5}),
    )
    source = open_rows(path)
    assert (source.columns, source.total, source.geometry_crs) == (("id", "kw"), 3, "EPSG:4326")
    point, polygon, nowhere = source.rows(("kw", "id"))
    assert point == RawRow(1, ("3", "a"), (5.5, 52.1))
    assert nowhere == RawRow(3, ("4.5", "c"), None)
    assert polygon.point is not None
    x, y = polygon.point
    assert (polygon.number, polygon.cells) == (2, ("", "b"))
    assert x > 3.9 or y < 0.1 or y > 3.9, "a representative point lies within the shape"


def test_a_polygon_that_crosses_itself_still_has_a_point(tmp_path: Path) -> None:
    bowtie = [[5, 52], [6, 53], [6, 52], [5, 53], [5, 52]]
    path = geojson(tmp_path, ({"type": "Polygon", "coordinates": [bowtie]}, {"id": "a"}))
    (row,) = rows_of(path, "id")
    assert row.point is not None
    assert 5 <= row.point[0] <= 6
    assert 52 <= row.point[1] <= 53
