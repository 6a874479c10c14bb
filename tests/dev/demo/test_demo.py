"""``nabij demo`` in a folder of its own, as a newcomer runs it."""

import csv
import json
import re
import signal
from collections.abc import Generator
from pathlib import Path

import psutil
import psycopg
import pytest

from nabij_dev import embedded
from nabij_dev.demo.phones import EVA
from nabij_dev.made_up import write_community
from nabij_geo import Cell, Position, geodesic_distance_m, unproject
from tests.backend.cli.commands import PATIENCE_S, Command, Done, invoke, run, running
from tests.backend.cli.operating import operator
from tests.backend.notices.filled import filled

FIELDS = ["sources", "rejected", "cell", "nearby", "rows_before", "rows_after", "withdraw_ms"]
_LEFT = """
    SELECT (SELECT count(*) FROM nabij.live_grant) + (SELECT count(*) FROM nabij.gps_status)
         + (SELECT count(*) FROM nabij.gsm_status) + (SELECT count(*) FROM nabij.wifi_status)
"""
_SEED = 2026


@pytest.fixture(scope="module")
def folder() -> Generator[Path]:
    """Where all demos of this module run, and keep their data."""
    with embedded.temporary_folder() as found:
        yield found


@pytest.fixture(scope="module")
def first(folder: Path) -> Done:
    """The first demo in an empty folder."""
    return run("demo", "--once", "--json", cwd=folder)


@pytest.fixture
def database(folder: Path, first: Done) -> Generator[psycopg.Connection]:
    """The demo's own database after it has ended, for the superuser."""
    assert first.code == 0
    with (
        embedded.cluster(folder / ".nabij") as cluster,
        psycopg.connect(cluster.url("nabij")) as connection,
    ):
        yield connection


def test_it_ends_by_itself_with_one_object(first: Done) -> None:
    assert first.code == 0, first.err
    assert list(first.json) == FIELDS
    assert [list(each) for each in first.json["nearby"]] == [
        ["id", "name", "technology", "distance_m"]
    ] * 5
    assert (first.json["sources"], first.json["rejected"]) == (2_000, 0)
    assert first.json["withdraw_ms"] > 0


def test_the_square_is_eva_s_and_nothing_is_left_of_her(first: Done) -> None:
    assert first.json["cell"] == Cell.containing(EVA.position).code
    assert (first.json["rows_before"], first.json["rows_after"]) == (6, 0)


def test_nearby_is_what_anybody_would_work_out_from_the_file(first: Done, tmp_path: Path) -> None:
    write_community(tmp_path / "community.csv", seed=_SEED)
    with (tmp_path / "community.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # Private persons' sources in one square and of one technology are one.
    distances_m = {
        (row["technology"], distance_m) if row["owner_kind"] == "person" else row["id"]: distance_m
        for row, distance_m in ((row, _distance_m(row)) for row in rows)
    }
    nearest = sorted(distances_m.values())[:5]
    told = [each["distance_m"] for each in first.json["nearby"]]
    assert told == pytest.approx(nearest, abs=2)


def test_postgresql_holds_nothing_of_anybody_afterwards(database: psycopg.Connection) -> None:
    assert database.execute(_LEFT).fetchone() == (0,)
    acts = database.execute("SELECT count(*) FROM nabij.consent_event").fetchone()
    assert acts is not None
    assert acts[0] >= 5  # two yes, one no, two withdrawals: the record stays


def test_it_tells_the_story_and_stays_up_until_ctrl_c(folder: Path, first: Done) -> None:
    with running("demo", cwd=folder) as process:
        assert process.stdout is not None
        told: list[str] = []
        while "Sanne's phone" not in (line := process.stdout.readline()):
            told.append(line)
        assert "reports gps, gsm, wifi" in line
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert _servers_of(folder) == []
    story = "".join(told)
    for words in ("made up", "Bram", "Chris", "withdraws", "gps_status", "no square of her"):
        assert words in story
    assert first.json["cell"] in story
    assert re.search(r"http://127\.0\.0\.1:\d+/#Sanne\b", story)
    assert max(len(line.rstrip("\n")) for line in told if "http" not in line) <= 80
    assert re.search(r"live_grant +3 +0", story)
    assert "duration_ms" not in story + complaints
    assert "duration_ms" in (folder / ".nabij" / "demo.log").read_text(encoding="utf-8")


def test_sources_of_one_s_own_take_the_place_of_made_up_ones(
    folder: Path, first: Done, tmp_path: Path
) -> None:
    assert first.code == 0
    register = tmp_path / "register.csv"
    register.write_text(
        "id,name,technology,latitude,longitude\n"
        "a,Dichtbij,wind,52.16,5.38\nb,Verder,hydro,52.2,5.4\nc,Kolen,coal,52.2,5.4\n"
    )
    own = _in_this_process(folder, "--sources", str(register))
    assert own.code == 0, own.err
    assert (own.json["sources"], own.json["rejected"]) == (2, 1)
    assert [each["name"] for each in own.json["nearby"]] == ["Dichtbij", "Verder"]

    # Without them, the made-up ones come back.
    again = _in_this_process(folder)
    assert (again.code, again.json["sources"]) == (0, 2_000)


def test_a_catalogue_with_real_sources_is_left_alone(nabij: Command, tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    register.write_text("id,name,technology,latitude,longitude\n1,Molen,wind,52.1,5.1\n")
    nabij("sources", "import", str(register))
    for words in ((), ("--sources", str(register))):
        done = nabij("demo", "--once", "--json", *words)
        assert (done.code, list(done.json)) == (1, ["error"])
        assert "real sources" in done.json["error"]
    assert nabij("sources", "list", "--json").json["counts"] == {"wind": 1}


def test_a_notice_that_is_not_the_demo_s_is_left_alone(nabij: Command, tmp_path: Path) -> None:
    file = tmp_path / "notice.json"
    starter = filled(nabij("notice", "show", "--starter", "--json").json)
    starter["controller"]["name"] = "Echte Energie B.V."
    file.write_text(json.dumps(starter), encoding="utf-8")
    assert operator(nabij)("notice", "publish", str(file)).code == 0
    done = nabij("demo", "--once", "--json")
    assert (done.code, list(done.json)) == (1, ["error"])
    assert nabij("sources", "list", "--json").json["counts"] == {}


def _in_this_process(folder: Path, *arguments: str) -> Done:
    return invoke("demo", "--once", "--json", *arguments, data_folder=str(folder / ".nabij"))


def _distance_m(row: dict[str, str]) -> float:
    """From Eva to a source of the file: to the middle of its square where somebody lives there."""
    position = Position(float(row["latitude"]), float(row["longitude"]))
    if row["owner_kind"] == "person":
        position = unproject(Cell.containing(position).centre)
    return geodesic_distance_m(EVA.position, position)


def _servers_of(folder: Path) -> list[psutil.Process]:
    """The PostgreSQL servers whose data lie in a folder, or where it points."""
    data = str((folder / ".nabij" / "cluster").resolve())
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(data in word for word in process.info["cmdline"] or ())
    ]
