"""The wheels as an app installs them: beside httpx2 and what that needs, nothing comes along."""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

_FOLDERS = ("geo", "consent", "sdk/python")
_OURS = {"nabij", "nabij-geo", "nabij-consent"}
# None has a wheel for phones; some Pythons are built without sqlite3.
_OUR_OWN_HATCHLING = ("--no-build-isolation", "--python", sys.executable)
_MISSING = ("numpy", "pydantic", "shapely", "cryptography", "pytest", "toga", "plyer", "dbus_fast")
# Loaded by the adapter that needs it.
_OF_EXTRAS = {"nabij.sensors._dbus"}

_IMPORT = """
import importlib, pkgutil, sys
sys.modules |= dict.fromkeys(sys.argv[1:])
import nabij, nabij_geo, nabij_consent
print("imported")
"""
_IMPORT_ALL = f"""{_IMPORT}
for package in (nabij, nabij_geo, nabij_consent):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if module.name not in {sorted(_OF_EXTRAS)}:
            importlib.import_module(module.name)
            print(module.name)
"""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the wheels and what they asked for."""
    folder = tmp_path_factory.mktemp("wheels")
    for each in _FOLDERS:
        _uv("build", "--wheel", *_OUR_OWN_HATCHLING, "--out-dir", str(folder), each)
    _uv("venv", "--python", sys.executable, str(folder / "venv"))
    python = folder / "venv/bin/python"
    _uv("pip", "install", "--python", str(python), "--find-links", str(folder), "nabij")
    return python


def test_nothing_comes_along_but_httpx2_and_what_it_needs(clean: Path) -> None:
    listed = _uv("pip", "list", "--python", str(clean), "--format", "freeze")
    installed = {_name(line.partition("==")[0]) for line in listed.split()}
    assert installed == _OURS | set(_needs("httpx2"))


def test_every_module_imports_without_what_phones_lack(clean: Path) -> None:
    found = _run(clean, _IMPORT_ALL, *_MISSING)
    assert {"nabij._engine", "nabij._store", "nabij.sensors.toga", "nabij_geo.cell"} <= {*found}


def test_an_app_whose_python_has_no_sqlite_still_imports(clean: Path) -> None:
    assert _run(clean, _IMPORT, "sqlite3") == ["imported"]


def _run(python: Path, program: str, *missing: str) -> list[str]:
    return subprocess.check_output([python, "-I", "-c", program, *missing], text=True).split()


def _uv(*arguments: str) -> str:
    uv = Path(sys.executable).with_name("uv")
    # The only test that asks a registry: what an install brings along is for the registry to say.
    command = [uv, "--quiet", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _needs(name: str) -> Iterator[str]:
    yield _name(name)
    for line in requires(name) or []:
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            yield from _needs(needed.name)


def _name(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
