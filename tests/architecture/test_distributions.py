"""Five distributions, one version, one Python, one licence, and types for all who import them."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.architecture.workspace import DISTRIBUTIONS, ROOT, Distribution

WORKSPACE = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=lambda each: each.package)
@pytest.mark.parametrize("field", ["version", "requires-python"])
def test_says_the_same_as_the_workspace(distribution: Distribution, field: str) -> None:
    assert distribution.project[field] == WORKSPACE[field]


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=lambda each: each.package)
def test_is_open_and_typed(distribution: Distribution) -> None:
    assert distribution.project["license"] == "Apache-2.0"
    assert (distribution.source / "py.typed").is_file()


def test_image_has_the_version() -> None:
    tags = re.findall(r"image: nabij:(\S+)", (ROOT / "docker-compose.yml").read_text())
    assert set(tags) == {WORKSPACE["version"]}


def test_changelog_begins_with_what_is_not_released() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "[Unreleased]"


def test_the_wheel_of_the_backend_ships_the_page(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "hatchling", "build", "--target", "wheel")
    subprocess.run(
        [*command, "--directory", tmp_path], cwd=ROOT / "backend", check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "nabij_backend/web/static/index.html" in names
    assert [each for each in names if re.fullmatch(r".*/static/assets/index-[\w-]+\.js", each)]
