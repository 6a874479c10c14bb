"""What docs/sdk prints can be typed. The pages about adapters have tests beside theirs."""

import ast
import importlib
import os
import plistlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.contract.running import RunningService

ROOT = Path(__file__).parents[2]
SDK = ROOT / "docs" / "sdk"
PAGES = sorted(SDK.glob("*.md"))


def blocks(page: Path, language: str) -> list[str]:
    """What a page prints in one language."""
    found: list[str] = re.findall(
        rf"^```{language}$(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return found


def test_the_quickstart_prints_what_it_says(shared: RunningService, tmp_path: Path) -> None:
    page = SDK / "quickstart.md"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "".join(blocks(page, "python"))],
        cwd=tmp_path,
        env={
            **os.environ,
            "NABIJ_URL": shared.address,
            "NABIJ_TOKEN": shared.token(f"a-reader-{uuid4()}")() or "",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    (promised,) = blocks(page, "text")
    assert done.stdout.strip() == promised.strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_name_of_ours_on_a_page_exists(page: Path) -> None:
    missing = [
        name for block in blocks(page, "python") for name in _ours(block) if not _exists(name)
    ]
    assert missing == []


def test_there_are_names_to_look_for() -> None:
    named = [name for page in PAGES for block in blocks(page, "python") for name in _ours(block)]
    assert len(named) > 10
    assert not _exists("nabij.Nowhere")


def test_the_privacy_manifest_is_a_property_list_that_tells_of_coarse_location() -> None:
    (manifest,) = blocks(SDK / "stores.md", "xml")
    declared = plistlib.loads(manifest.strip().encode())
    types = {each["NSPrivacyCollectedDataType"] for each in declared["NSPrivacyCollectedDataTypes"]}
    assert "NSPrivacyCollectedDataTypeCoarseLocation" in types
    assert declared["NSPrivacyTracking"] is False


def _ours(block: str) -> Iterator[str]:
    """Dotted names of ours that a block imports or uses."""
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nabij"):
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "nabij":
            yield ast.unparse(node)


def _exists(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    return hasattr(importlib.import_module(module), attribute)
