"""What an import says of a file: how it was read, and why most of it was not taken."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from nabij_backend.sources.importer import ImportResult, SavedMapping, import_sources
from nabij_backend.sources.importer.registers import Field
from nabij_geo import Cell, Position
from tests.backend.sources.test_editions import taken_out

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEADER = "id,name,technology,owner,kw,lat,lon,remarks,story\n"
MILL = "mill,Molen,wind,cooperative,900,52.1,5.1,,\n"
ROOF = "roof,Lindeweg 3,solar,person,4.2,52.4,5.4,,\n"

Take = Callable[..., ImportResult]


@pytest.fixture
def take(superuser: psycopg.Connection, tmp_path: Path) -> Take:
    """Import lines as an operator."""
    superuser.execute("SET ROLE nabij_operator")

    def imported(*lines: str, **options: Any) -> ImportResult:  # noqa: ANN401 - import_sources's
        file = tmp_path / "sources.csv"
        file.write_text("".join(lines), encoding="utf-8")
        mapping = SavedMapping(**taken_out(options))
        return import_sources(superuser, file, mapping=mapping, now=NOW, **options)

    return imported


def test_everything_recognised_is_said(take: Take) -> None:
    report = take(HEADER, MILL, ROOF, "x,X,perpetuum mobile,,,52,5,,\n").report
    assert report.form == {
        "format": "CSV",
        "encoding": "utf-8-sig",
        "delimiter": ",",
        "header row": "1",
    }
    assert report.columns[Field.CAPACITY_KW] == "kw"
    assert (report.unused, report.empty) == (["remarks"], [Field.STORY])
    assert (report.crs, report.box) == ("EPSG:4326", (52.1, 5.1, 52.1, 5.1))
    assert report.words() == [("perpetuum mobile", 1)]
    mill, roof = report.examples
    assert (mill["id"], mill["name"], mill["capacity_kw"]) == ("mill", "Molen", 900)
    assert roof["square"] == Cell.containing(Position(52.4, 5.4)).code
    assert "Lindeweg" not in str(report.examples)


def test_a_dry_run_changes_nothing_and_counts_all(
    take: Take, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    take(HEADER, MILL, register="utrecht")
    tables = ("source", "neighbour", "register", "catalogue_change", "catalogue", "tombstone")
    before = [superuser.execute(_all_of(table)).fetchall() for table in tables]
    result = take(
        HEADER,
        MILL.replace("900", "800"),
        ROOF,
        "bad,B,coal,,,52,5,,\n",
        register="utrecht",
        edition=NOW.date(),
        dry_run=True,
        rejects=tmp_path / "rejects.csv",
    )
    assert (result.inserted, result.updated, sum(result.rejected.values())) == (1, 1, 1)
    assert [superuser.execute(_all_of(table)).fetchall() for table in tables] == before
    rejects = (tmp_path / "rejects.csv").read_text(encoding="utf-8")
    assert rejects == "row,reason\n4,not-renewable\n"


def _all_of(table: str) -> sql.Composed:
    return sql.SQL("SELECT t::text FROM nabij.{} AS t ORDER BY 1").format(sql.Identifier(table))


@pytest.mark.parametrize(
    ("lines", "crs", "cause"),
    [
        ((HEADER, "a,A,wind,,,5.1,52.1,,\n"), None, "swapped"),
        ((HEADER, "a,A,wind,,,463000,155000,,\n"), None, "give it with --crs"),
        (("id,technology,x,y\n", "a,wind,32500000,5700000\n"), "EPSG:25832", "EPSG:4647"),
        (("id,technology,x,y\n", "a,wind,33400000,5800000\n"), "EPSG:25833", "EPSG:5650"),
        ((HEADER, "a,A,wond,,,52,5,,\n"), None, "words are unknown: wond"),
        ((HEADER, "a,A,wind,,,,,,\n"), None, "no coordinates"),
        ((HEADER, ",A,wind,,,52,5,,\n"), None, "--map id="),
        ((HEADER, "a,A,wind,,,noord,5,,\n"), None, "read as numbers"),
        ((HEADER, "a,A,wind,,,-33,151,,\n"), None, "outside of Europe"),
        (("id,technology,x,y\n", "a,wind,1e300,1e300\n"), "EPSG:3035", "give it with --crs"),
        ((HEADER, "a,A,coal,,,52,5,,\n"), None, "No row is of a renewable source"),
        ((HEADER,), None, "no rows"),
    ],
)
def test_a_file_of_which_nothing_is_taken_says_the_likely_cause(
    take: Take, superuser: psycopg.Connection, lines: tuple[str, ...], crs: str | None, cause: str
) -> None:
    take(HEADER, MILL)
    (said,) = take(*lines, crs=crs, replaces=True).causes
    assert cause in said
    left = superuser.execute("SELECT count(*) FROM nabij.source").fetchall()
    assert left == [(0 if "renewable" in cause else 1,)]


def test_a_file_of_which_most_is_refused_is_taken_with_the_cause(take: Take) -> None:
    bad = ("a,A,wond,,,52,5,,\n", "b,B,wond,,,52,5,,\n")
    result = take(HEADER, MILL, *bad)
    assert (result.inserted, len(result.causes)) == (1, 1)
    assert take(HEADER, MILL, bad[0]).causes == []


def test_a_register_of_mostly_fossil_plants_is_no_fault(take: Take) -> None:
    fossil = (f"{number},K,coal,,,52,5,,\n" for number in range(9))
    assert take(HEADER, MILL, *fossil).causes == []
