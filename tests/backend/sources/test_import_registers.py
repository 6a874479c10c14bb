"""Registers in their own columns, as they are published."""

import json
from pathlib import Path

import pytest

from nabij_backend.sources.importer import RejectionReason
from tests.backend.sources.importing import Connection, imported, neighbours, place, written


def test_a_european_register_in_its_own_columns(connection: Connection, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "id,Name,Fueltype,Technology,Set,Country,Capacity,lat,lon,projectID\n",
        "0,Kolenhaven,Hard Coal,Steam Turbine,PP,Netherlands,485.0,51.4,3.7,\"{'A': {'1'}}\"\n",
        "1,Windpark,Wind,Onshore,PP,Netherlands,2.3,51.5,3.8,{}\n",
        "2,Stuwmeer,Hydro,Pumped Storage,Store,Austria,100.0,47.1,12.7,{}\n",
        "3,Getij,Other,Marine,Store,United Kingdom,6.0,58.6,-3.1,{}\n",
    )
    result = imported(connection, path)
    assert result.register == "powerplantmatching"
    assert result.rejected == {RejectionReason.NOT_RENEWABLE: 2}
    found = connection.execute(
        "SELECT source_id, technology::text, capacity_kw FROM nabij.source ORDER BY source_id"
    ).fetchall()
    assert found == [
        ("powerplantmatching:1", "wind", 2_300.0),
        ("powerplantmatching:3", "marine", 6_000.0),
    ]


def test_the_british_register_in_its_own_columns(connection: Connection, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Ref ID,Site Name,Technology Type,Installed Capacity (MWelec),"
        "Development Status (short),X-coordinate,Y-coordinate\n",
        '1,Framingham,Wind Onshore,"1,200.5",Operational,"651,410","313,177"\n',
        "2,Never Built,Solar Photovoltaics,5,Application Refused,400000,300000\n",
        "3,Battery,Battery,5,Operational,400000,300000\n",
    )
    result = imported(connection, path)
    assert result.rejected == {RejectionReason.NOT_OPERATING: 1, RejectionReason.NOT_RENEWABLE: 1}
    # Ordnance Survey's worked example: 52 39 28.8282 N, 1 42 57.8663 E.
    assert place(connection, "repd:1") == pytest.approx((1.716074, 52.658008), abs=1e-4)


def test_the_danish_register_in_its_own_columns(connection: Connection, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Vindmøller,,,,\n",
        "Møllenummer (GSRN);Dato for afmeldning;Kapacitet (kW);"
        '"X (øst) koordinat \nUTM 32 Euref89";"Y (nord) koordinat \nUTM 32 Euref89"\n',
        "570714700000000001;;2300;500000;6200000,5\n",
        "570714700000000002;2015-03-01;150;500000;6200000\n",
    )
    result = imported(connection, path)
    assert (result.register, result.rejected) == ("stamdata", {RejectionReason.NOT_OPERATING: 1})
    # The central meridian of UTM zone 32.
    assert place(connection, "stamdata:570714700000000001")[0] == 9.0
    found = connection.execute(
        "SELECT name, language, technology::text, register FROM source"
    ).fetchall()
    assert found == [(None, None, "wind", "stamdata")]


def test_the_german_register_in_its_own_columns(connection: Connection, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "MaStR-Nr. der Einheit;Anzeige-Name der Einheit;Betriebs-Status;Energieträger;"
        "Bruttoleistung der Einheit;Koordinate: Breitengrad (WGS84);"
        "Koordinate: Längengrad (WGS84);Name des Anlagenbetreibers (nur Org.)\n",
        "SEE1;Scheunendach;In Betrieb;Solare Strahlungsenergie;9,875;51,234567;7,123456;"
        "(natürliche Person)\n",
        "SEE2;Block;In Betrieb;Erdgas;9;51;7;Stadtwerke\n",
        "SEE3;Später;In Planung;Wind;4.500,5;51;7;\n",
        "SEE4;Ohne Ort;In Betrieb;Wind;3000;;;\n",
    )
    result = imported(connection, path)
    assert result.rejected == {
        RejectionReason.NO_COORDINATES: 1,
        RejectionReason.NOT_RENEWABLE: 1,
        RejectionReason.NOT_OPERATING: 1,
    }
    ((technology, count, *band_kw, _, _),) = neighbours(connection)
    assert (technology, count, band_kw) == ("solar", 1, [5, 15])


def test_openstreetmap_in_its_own_tags(connection: Connection, tmp_path: Path) -> None:
    roof = [[5.0, 52.0], [5.001, 52.0], [5.001, 52.001], [5.0, 52.001], [5.0, 52.0]]
    shapes: list[dict[str, object] | None] = [
        {"type": "Polygon", "coordinates": [roof]},
        {"type": "Point", "coordinates": [5.1, 52.1]},
        None,
    ]
    features = [
        {
            "type": "Feature",
            "geometry": shape,
            "properties": {
                "@id": f"way/{number}",
                "generator:source": source,
                "generator:output:electricity": output,
            },
        }
        for number, (shape, source, output) in enumerate(
            zip(shapes, ("hydro", "wind", "wind"), ("yes", "3 MW", None), strict=True)
        )
    ]
    collection = json.dumps({"type": "FeatureCollection", "features": features})
    rejects = tmp_path / "rejects.csv"
    path = written(tmp_path, collection, name="generators.geojson")
    result = imported(connection, path, rejects=rejects)
    assert (result.register, result.read, result.inserted) == ("osm", 3, 2)
    assert rejects.read_text(encoding="utf-8").splitlines() == ["row,reason", "3,no-coordinates"]
    found = connection.execute(
        "SELECT source_id, capacity_kw FROM nabij.source ORDER BY source_id"
    ).fetchall()
    assert found == [("osm:way/0", None), ("osm:way/1", 3_000.0)]
    assert place(connection, "osm:way/0") == pytest.approx((5.0005, 52.0005))


@pytest.mark.parametrize(
    ("closed", "taken"),
    [
        ("", 1),
        ("2026", 1),
        ("2025", 0),
        ("2025.0", 0),
        ("2051.0", 1),
        ("2026-01-01", 0),
        ("2026-01-02", 1),
        ("2025-12", 0),
        ("2026-01", 1),
        ("soon", 1),
    ],
)
def test_what_closed_before_today_is_not_taken(
    connection: Connection, tmp_path: Path, closed: str, taken: int
) -> None:
    header = "id,Name,Fueltype,Technology,Capacity,DateOut,lat,lon\n"
    result = imported(connection, written(tmp_path, header, f"1,W,Wind,Onshore,2,{closed},52,5\n"))
    assert result.inserted == taken
    assert result.rejected == ({} if taken else {RejectionReason.NOT_OPERATING: 1})


@pytest.mark.parametrize(
    ("name", "register", "least"),
    [
        ("powerplants_europe", "powerplantmatching", 15_000),
        ("jrc_open_units", "jrc-open-units", 2_000),
        ("jrc_hydro", "jrc-hydro", 3_000),
    ],
)
def test_real_registers_are_recognised_and_taken(
    connection: Connection, name: str, register: str, least: int
) -> None:
    file = Path(__file__).parents[4] / "shared" / "data" / "sources" / f"{name}.csv"
    if not file.exists():
        pytest.skip("needs shared/data/sources beside the checkout")
    result = imported(connection, file)
    assert (result.recognised, result.causes) == (register, [])
    assert result.inserted > least
    assert result.report.remarks == {}
    mistakes = (RejectionReason.BAD_NUMBER, RejectionReason.UNKNOWN_TECHNOLOGY)
    assert sum(result.rejected.get(reason, 0) for reason in mistakes) < result.read / 50
