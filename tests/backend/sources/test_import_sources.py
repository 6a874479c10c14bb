import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nabij_backend.sources.importer import (
    CapacityRemark,
    ImportResult,
    RejectionReason,
    RejectsPlaceError,
    SavedMapping,
    UnknownCrsError,
    UnreadableFileError,
    import_sources,
)
from nabij_dev.made_up import write_community
from tests.backend.sources.importing import NOW, Connection, imported, place, written

LATER = datetime(2026, 2, 2, tzinfo=UTC)
HEADER = "id,name,technology,owner_kind,capacity_kw,latitude,longitude,story\n"
LINDE = 'linde,"Zonnedak De Linde",solar,cooperative,"81,5",52.1552,5.3872,Van ons samen.\n'
VIJVER = "vijver,Watermolen,hydro,public,12,51.4231,5.4622,\n"


def catalogue(connection: Connection) -> tuple[object, ...]:
    (row,) = connection.execute("SELECT version, changed_at FROM nabij.catalogue").fetchall()
    return row


def version(connection: Connection) -> int:
    (found, _) = catalogue(connection)
    assert isinstance(found, int)
    return found


def ids(connection: Connection) -> list[object]:
    found = connection.execute("SELECT source_id FROM nabij.source ORDER BY source_id").fetchall()
    return [source_id for (source_id,) in found]


def test_a_source_is_stored_in_columns(connection: Connection, tmp_path: Path) -> None:
    before = version(connection)
    result = imported(connection, written(tmp_path, HEADER, LINDE, VIJVER))
    assert result == ImportResult(
        recognised="",
        register=None,
        edition=NOW.date(),
        change=result.change,
        read=2,
        inserted=2,
        updated=0,
        unchanged=0,
        departed={},
        kept=0,
        linked=0,
        rejected={},
        catalogue_version=before + 1,
        report=result.report,
        causes=[],
    )
    assert catalogue(connection) == (before + 1, NOW)
    assert place(connection, "linde") == (5.3872, 52.1552)
    columns = connection.execute(
        "SELECT name, technology::text, owner_kind::text, capacity_kw, story, licence, register,"
        " made_up, located, count, ST_SRID(geom) FROM nabij.source ORDER BY source_id"
    ).fetchall()
    linde = ("Zonnedak De Linde", "solar", "cooperative", 81.5, "Van ons samen.")
    vijver = ("Watermolen", "hydro", "public", 12.0, None)
    shared = ("CC0-1.0", None, False, "site", 1, 3035)
    assert columns == [linde + shared, vijver + shared]


def test_the_published_place_is_the_place(connection: Connection, tmp_path: Path) -> None:
    fine = "f,F,wind,,,51.987654321,5.123456789,\n"
    imported(connection, written(tmp_path, HEADER, LINDE, VIJVER, fine, "p,P,wind,,,50,5,\n"))
    ((farthest_m, easting, northing),) = connection.execute(
        "SELECT max(ST_Distance(geom, ST_Transform("
        " ST_Point(longitude_e5 / 1e5, latitude_e5 / 1e5, 4326), 3035))),"
        " max(ST_X(geom)) FILTER (WHERE source_id = 'p'),"
        " max(ST_Y(geom)) FILTER (WHERE source_id = 'p') FROM nabij.source"
    ).fetchall()
    assert isinstance(farthest_m, float)
    assert farthest_m < 0.001
    assert easting == pytest.approx(3_962_799.45, abs=0.01)
    assert northing == pytest.approx(2_999_718.85, abs=0.01)


def test_importing_again_changes_nothing_and_says_so(
    connection: Connection, tmp_path: Path
) -> None:
    duplicate = LINDE.replace("De Linde", "Once more")
    path = written(tmp_path, HEADER, LINDE, VIJVER, duplicate)
    first = imported(connection, path)
    again = imported(connection, path, now=LATER)
    assert again == replace(
        first,
        inserted=0,
        unchanged=2,
        change=first.change + 1,
        edition=LATER.date(),
        report=again.report,
    )
    assert catalogue(connection) == (first.catalogue_version, NOW)


@pytest.mark.parametrize(
    "changed",
    [
        LINDE.replace("De Linde", "De Eik"),
        LINDE.replace("solar", "wind"),
        LINDE.replace("cooperative", "farm"),
        LINDE.replace("81,5", "82"),
        LINDE.replace('"81,5"', ""),
        LINDE.replace("52.1552", "52.1553"),
        LINDE.replace("Van ons samen.", ""),
    ],
)
def test_a_change_in_any_column_updates_its_row_alone(
    connection: Connection, tmp_path: Path, changed: str
) -> None:
    first = imported(connection, written(tmp_path, HEADER, LINDE, VIJVER))
    second = imported(connection, written(tmp_path, HEADER, changed, VIJVER), now=LATER)
    assert (second.inserted, second.updated, second.unchanged) == (0, 1, 1)
    assert catalogue(connection) == (first.catalogue_version + 1, LATER)


def test_own_sources_that_a_file_lacks_stay(connection: Connection, tmp_path: Path) -> None:
    imported(connection, written(tmp_path, HEADER, LINDE))
    imported(connection, written(tmp_path, HEADER, VIJVER))
    assert ids(connection) == ["linde", "vijver"]


REJECTED = (
    ("coal,Old King,Hard Coal,,,52,5,\n", RejectionReason.NOT_RENEWABLE),
    ("odd,Odd,perpetuum mobile,,,52,5,\n", RejectionReason.UNKNOWN_TECHNOLOGY),
    (",Nameless,solar,,,52,5,\n", RejectionReason.NO_ID),
    (f"{'x' * 201},Long,solar,,,52,5,\n", RejectionReason.NO_ID),
    ("blank,Blank,solar,,,,5,\n", RejectionReason.NO_COORDINATES),
    ("nan,Nan,solar,,,nan,nan,\n", RejectionReason.NO_COORDINATES),
    ("zero,Null Island,solar,,,0,0,\n", RejectionReason.OUTSIDE_GRID),
    ("moon,Moon,solar,,,152,5,\n", RejectionReason.OUTSIDE_GRID),
    ("sun,Sun,solar,,,1e308,5,\n", RejectionReason.OUTSIDE_GRID),
    ("text,Text,solar,,,north,5,\n", RejectionReason.BAD_NUMBER),
    ("dms,Dms,solar,,,52 61 0 N,5,\n", RejectionReason.BAD_NUMBER),
    ("linde,Once more,solar,,,52,5,\n", RejectionReason.DUPLICATE_ID),
    ("linde,And again,wind,,,53,5,\n", RejectionReason.DUPLICATE_ID),
)


def test_every_row_is_counted_and_the_rejected_listed_without_their_data(
    connection: Connection, tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.csv"
    path = written(tmp_path, HEADER, LINDE, *(line for line, _ in REJECTED), VIJVER)
    result = imported(connection, path, rejects=rejects)
    assert result.read == result.inserted + sum(result.rejected.values()) == len(REJECTED) + 2
    assert ids(connection) == ["linde", "vijver"]
    with rejects.open(encoding="utf-8", newline="") as file:
        listed = list(csv.reader(file))
    assert listed == [
        ["row", "reason"],
        *([str(row), reason] for row, (_, reason) in enumerate(REJECTED, start=3)),
    ]
    assert result.rejected == {
        reason: sum(reason is other for _, other in REJECTED) for _, reason in REJECTED
    }


def test_a_column_of_years_is_no_column_of_capacities(
    connection: Connection, tmp_path: Path
) -> None:
    rows = [f"{year},M,wind,,{year},52,5,\n" for year in range(1990, 2005)]
    result = imported(connection, written(tmp_path, HEADER, *rows))
    assert (result.inserted, result.report.remarks) == (15, {CapacityRemark.YEAR: 15})
    found = connection.execute("SELECT DISTINCT capacity_kw FROM nabij.source").fetchall()
    assert found == [(None,)]


def test_a_capacity_that_cannot_be_costs_the_capacity_and_not_the_source(
    connection: Connection, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        HEADER,
        'both,B,wind,,"1,234",52,5,\n',
        "minus,M,wind,,-3,52,5,\n",
        "text,T,wind,,many,52,5,\n",
        "vast,V,solar,company,3 GW,52,5,\n",
        "right,R,wind,,2 x 850 kW,52,5,\n",
    )
    result = imported(connection, path)
    assert (result.inserted, result.rejected) == (5, {})
    assert result.report.remarks == {CapacityRemark.UNREADABLE: 3, CapacityRemark.IMPLAUSIBLE: 1}
    query = "SELECT jsonb_object_agg(source_id, capacity_kw) FROM nabij.source"
    ((found,),) = connection.execute(query).fetchall()
    assert found == {"both": None, "minus": None, "text": None, "vast": None, "right": 1_700}


def test_marks_mean_what_the_other_numbers_of_the_file_show(
    connection: Connection, tmp_path: Path
) -> None:
    header = "id;name;technology;capacity kw;lat;lon\n"
    odd = "odd;O;wind;1.234;52.123;5.123\n"
    for other, expected in (("9,5", 1_234), ("9.5", 1.234), ("9", 1.234)):
        path = written(tmp_path, header, odd, f"other;P;wind;{other};52,1;5,1\n")
        imported(connection, path)
        query = "SELECT capacity_kw FROM nabij.source WHERE source_id = 'odd'"
        assert connection.execute(query).fetchall() == [(expected,)]
        assert place(connection, "odd") == (5.123, 52.123)


@pytest.mark.parametrize(
    "line",
    [
        "a;52° 22' 12\" N;4° 53' 42\" E;",
        "a;52,37;4,895;",
        "a;;;52.37, 4.895",
        "a;;;POINT (4.895 52.37)",
    ],
)
def test_a_place_in_degrees_and_minutes_or_in_one_cell(
    connection: Connection, tmp_path: Path, line: str
) -> None:
    header = "id;technology;lat;lon\n" if line.endswith(";") else "id;technology;x1;x2;Geo Point\n"
    first, rest = line.split(";", 1)
    imported(connection, written(tmp_path, header, f"{first};wind;{rest.rstrip(';')}\n"))
    assert place(connection, "a") == (4.895, 52.37)


def test_a_row_that_is_not_taken_does_not_use_up_its_id(
    connection: Connection, tmp_path: Path
) -> None:
    nowhere = "linde,Zonnedak De Linde,solar,,,,,\n"
    result = imported(connection, written(tmp_path, HEADER, nowhere, LINDE))
    assert (result.inserted, result.rejected) == (1, {RejectionReason.NO_COORDINATES: 1})


def test_a_failure_leaves_everything_as_it_was(connection: Connection, tmp_path: Path) -> None:
    imported(connection, written(tmp_path, HEADER, LINDE))
    before = catalogue(connection)
    rejects = tmp_path / "rejects.csv"

    def fail(_read: int, _total: int | None) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        import_sources(
            connection,
            written(tmp_path, HEADER, VIJVER),
            mapping=SavedMapping(licence="CC0-1.0"),
            rejects=rejects,
            now=LATER,
            on_progress=fail,
        )
    assert ids(connection) == ["linde"]
    assert catalogue(connection) == before
    assert [path.name for path in tmp_path.iterdir()] == ["sources.csv"]


def test_a_rejects_file_that_cannot_be_written_stops_the_import(
    connection: Connection, tmp_path: Path
) -> None:
    with pytest.raises(RejectsPlaceError, match="--rejects"):
        imported(connection, written(tmp_path, HEADER, LINDE), rejects=tmp_path / "no" / "r.csv")
    assert ids(connection) == []


def test_progress_is_told_with_the_total(connection: Connection, tmp_path: Path) -> None:
    rows = [f"s{number},,solar,,,52,5,\n" for number in range(5_001)]
    told: list[tuple[int, int | None]] = []
    import_sources(
        connection,
        written(tmp_path, HEADER, *rows),
        mapping=SavedMapping(licence="CC0-1.0"),
        now=NOW,
        on_progress=lambda read, total: told.append((read, total)),
    )
    assert told == [(5_000, 5_001), (5_001, 5_001)]


def test_coordinates_of_another_system_are_taken_by_its_name(
    connection: Connection, tmp_path: Path
) -> None:
    path = written(tmp_path, "id;technology;x;y\ntower;wind;155000,0;463000\n")
    imported(connection, path, crs="EPSG:28992")
    # The tower of Our Lady in Amersfoort, origin of the Dutch grid.
    assert place(connection, "tower") == pytest.approx([5.387206, 52.155174], abs=2e-5)


def test_degrees_with_a_decimal_comma_are_never_thousands(
    connection: Connection, tmp_path: Path
) -> None:
    imported(connection, written(tmp_path, HEADER, 'a,A,wind,,,"52,155","5,387",\n'))
    assert place(connection, "a") == (5.387, 52.155)


def test_an_unknown_coordinate_system_says_what_one_looks_like(
    connection: Connection, tmp_path: Path
) -> None:
    with pytest.raises(UnknownCrsError, match="EPSG:28992") as caught:
        imported(connection, written(tmp_path, HEADER, LINDE), crs="flat-earth")
    assert "flat-earth" not in str(caught.value)


def test_a_file_that_turns_out_unreadable_changes_nothing(
    connection: Connection, tmp_path: Path
) -> None:
    too_big = "x" * (16 * 1024 * 1024 + 1)
    with pytest.raises(UnreadableFileError):
        imported(connection, written(tmp_path, HEADER, LINDE, f"big,{too_big},solar,,,52,5,\n"))
    assert ids(connection) == []


def test_the_made_up_community_is_taken_whole_and_says_what_it_is(
    connection: Connection, tmp_path: Path
) -> None:
    path = tmp_path / "community.csv"
    write_community(path, seed=1, count=300)
    result = import_sources(
        connection, path, mapping=SavedMapping(licence="CC0-1.0"), made_up=True, now=NOW
    )
    assert (result.read, result.inserted, result.rejected) == (300, 300, {})
    found = connection.execute("SELECT DISTINCT made_up, licence FROM nabij.source").fetchall()
    assert found == [(True, "CC0-1.0")]
    assert connection.execute("SELECT sum(count) FROM nabij.source").fetchall() == [(300,)]
