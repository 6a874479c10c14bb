"""A small file of every kind, in the folder `files`: what is taken, refused and said of each.

All of them are made up. Their columns are those of real registers.
"""

from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from nabij_backend.enums import Technology
from nabij_backend.sources.importer import SavedMapping, SourceImportError, import_sources
from tests.backend.sources.importing import NOON

FILES = Path(__file__).parent / "files"


@dataclass(frozen=True, slots=True)
class Case:
    """What is expected of a file.

    Attributes:
        file: its name.
        names: of the sources that are published by name; empty: it has none.
        counted: how many are a private person's, or in doubt.
        refused: rows not taken, by reason.
        without: sources taken without their capacity, by reason.
        register: that is recognised.
        said: words of the report, the causes or the told.
        mapping: what the operator says.
    """

    file: str
    names: tuple[str, ...] = ()
    counted: int = 0
    refused: dict[str, int] = field(default_factory=dict[str, int])
    without: dict[str, int] = field(default_factory=dict[str, int])
    register: str | None = None
    said: str = ""
    mapping: SavedMapping = field(default_factory=SavedMapping)


CASES = (
    Case(
        "titles.csv",
        ("De Hoop", "Noorderwind", "Waterrad"),
        refused={"not-renewable": 1},
        without={"unreadable-capacity": 1},
        said="header row 3",
    ),
    Case("sep.csv", ("Molen", "Stuw"), said="delimiter |"),
    Case("windows-1252.csv", ("Coöperatie €co",), said="encoding cp1252"),
    Case("utf-16.txt", ("Barrage", "Éolienne"), said="encoding utf-16, delimiter tab"),
    Case("wind.csv.gz", ("Windmill",)),
    Case("wind.zip", ("Windmill",)),
    Case("one-cell.csv", ("", "", "")),
    Case("sheets.xlsx", said="Choose a layer or sheet"),
    Case(
        "sheets.xlsx",
        ("De Hoop", "Stuw"),
        said="sheet Molens, header row 3",
        mapping=SavedMapping(layer="Molens"),
    ),
    Case("points.geojson", ("Molen",), 1, {"no-coordinates": 1}, said="EPSG:28992"),
    Case("shapes.zip", ("Coöperatie",), 1, said="ESRI Shapefile"),
    Case(
        "places.kml",
        ("De Hoop",),
        said="layer Molens",
        mapping=SavedMapping(id_columns=("Name",), technology=Technology.WIND),
    ),
    Case("swapped.csv", refused={"outside-grid": 2}, said="look swapped"),
    Case("metres.csv", refused={"outside-grid": 2}, said="give it with --crs"),
    Case("zone.csv", said="give --crs"),
    Case(
        "zone.csv",
        refused={"outside-grid": 2},
        said="give --crs EPSG:4647",
        mapping=SavedMapping(crs="EPSG:25832"),
    ),
    Case("unknown-words.csv", ("",), refused={"unknown-technology": 2}, said="wiekenkruis"),
    Case(
        "owners.csv",
        ("Bürgerwind", "Farm Foods roof", "Grote GbR", "Solceller", "Zonnedak"),
        counted=3,
    ),
    Case(
        "years.csv",
        tuple(f"Mill {number}" for number in range(1, 11)),
        without={"capacity-is-a-year": 10},
    ),
    Case("letter.pdf", said="PDF document"),
    Case("page.csv", said="web page"),
    Case("old.xls", said="Excel before 2007"),
    Case(
        "powerplantmatching.csv",
        ("Molenwiek",),
        refused={"not-operating": 1, "not-renewable": 1},
        register="powerplantmatching",
    ),
    Case("repd.csv", ("Made-up Hill",), refused={"not-operating": 1}, register="repd"),
    Case("stamdata.csv", ("",), refused={"not-operating": 1}, register="stamdata"),
    Case("mastr.csv", ("Bürgersolar",), 1, {"not-operating": 1}, register="mastr"),
    Case(
        "jrc-units.csv",
        ("Made-up 1",),
        refused={"not-operating": 1, "not-renewable": 1},
        register="jrc-open-units",
    ),
    Case("jrc-hydro.csv", ("Made-up dam", "Made-up weir"), register="jrc-hydro"),
    Case("gppd.csv", ("Made-up park",), refused={"not-renewable": 1}, register="gppd"),
    Case("windkraft-sh.csv", ("",), refused={"not-operating": 1}, register="windkraft-sh"),
    Case("vindbrukskollen.csv", ("",), refused={"not-operating": 1}, register="vindbrukskollen"),
    Case("osm.geojson", ("", ""), refused={"not-operating": 1}, register="osm"),
    Case(
        "overpass.json",
        ("", "", "", "Zonneveld"),
        refused={"not-operating": 3, "no-coordinates": 1},
        register="osm",
        said="format Overpass JSON",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.said}")
def test_a_file_is_taken_refused_and_told(connection: psycopg.Connection, case: Case) -> None:
    try:
        result = import_sources(connection, FILES / case.file, mapping=case.mapping, now=NOON)
    except SourceImportError as refused:
        told = str(refused)
        assert not case.names
        assert not case.refused
    else:
        assert (result.register, dict(result.rejected)) == (case.register, case.refused)
        assert dict(result.report.remarks) == case.without
        form = ", ".join(f"{name} {value}" for name, value in result.report.form.items())
        told = " ".join((form, result.report.crs, *result.causes))
    assert case.said in told
    named = connection.execute(
        "SELECT coalesce(name, '') FROM nabij.source WHERE owner_kind <> 'person'"
    ).fetchall()
    assert sorted(name for (name,) in named) == sorted(case.names)
    counted = connection.execute("SELECT count(*) FROM nabij.neighbour").fetchall()
    assert counted == [(case.counted,)]


def test_every_file_is_tried() -> None:
    assert {case.file for case in CASES} == {path.name for path in FILES.iterdir()}
