"""The pages about adapters say how to install each, and show code that is short and true."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from nabij import sensors
from nabij.sensors.linux import PROPERTIES

ROOT = Path(__file__).parents[3]
PAGES = sorted((ROOT / "docs" / "adapters").glob("*.md"))
OF_ADAPTERS = [page for page in PAGES if page.stem != "README"]
EXTRAS = tomllib.loads((ROOT / "sdk" / "python" / "pyproject.toml").read_text())["project"][
    "optional-dependencies"
]


def code_of(page: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)


def imported_from_us(code: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nabij"):
            yield from ((str(node.module), alias.name) for alias in node.names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_its_code_is_short_and_imports_what_exists(page: Path) -> None:
    assert code_of(page)
    for code in code_of(page):
        assert len([line for line in code.splitlines() if line.strip()]) < 15
        for module, name in imported_from_us(code):
            assert name in importlib.import_module(module).__all__


@pytest.mark.parametrize("page", OF_ADAPTERS, ids=lambda page: page.stem)
def test_it_tells_how_to_install_and_what_to_declare(page: Path) -> None:
    text = page.read_text()
    assert "## Permissions" in text
    (extra,) = re.findall(r"^pip install nabij(?:\[(\w+)\])?$", text, re.MULTILINE)
    assert extra == (page.stem if page.stem in EXTRAS else "")


def test_every_extra_has_a_page_and_every_page_is_linked() -> None:
    assert set(EXTRAS) <= {page.stem for page in OF_ADAPTERS}
    linked = set(re.findall(r"\]\((\w+\.md)\)", (PAGES[0].parent / "README.md").read_text()))
    assert linked == {page.name for page in OF_ADAPTERS}


def test_every_adapter_is_in_the_table() -> None:
    table = (PAGES[0].parent / "README.md").read_text()
    folder = Path(sensors.__file__).parent
    modules = [each.stem for each in folder.glob("*.py") if not each.stem.startswith("_")]
    adapters = {
        name
        for module in map(importlib.import_module, (f"nabij.sensors.{each}" for each in modules))
        for name in module.__all__
        if hasattr(getattr(module, name), "access")
    }
    assert set(re.findall(r"\| (?:gps|gsm|wifi) \| `(\w+)` \|", table)) == adapters


def test_every_property_that_is_read_is_listed() -> None:
    page = (PAGES[0].parent / "linux.md").read_text()
    listed = {name.rpartition(".")[2] for name in re.findall(r"`([A-Z][\w.]+)`", page)}
    assert {each.name for each in PROPERTIES} <= listed


def test_every_answer_about_access_is_explained() -> None:
    readme = (PAGES[0].parent / "README.md").read_text()
    assert set(re.findall(r"^\| `([a-z-]+)` \|", readme, re.MULTILINE)) == set(sensors.Access)
