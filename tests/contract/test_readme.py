"""What README promises can be typed."""

import re
import subprocess
import sys
from pathlib import Path

from typer.core import TyperGroup
from typer.main import get_group

import nabij
from nabij_backend.cli import app
from nabij_consent import Locale, source_label
from tests.architecture.workspace import output_of
from tests.contract.running import RunningService

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_QUICKSTART = re.compile(
    r"^## Quickstart for app developers$.*?^```python$(.*?)^```$", re.MULTILINE | re.DOTALL
)
_COMMAND = re.compile(r"(?:^|[/ (])nabij ([a-z]+)(?: ([a-z]+))?", re.MULTILINE)
_POSITION = re.compile(r"nabij\.Position\(([\d.]+), ([\d.]+)\)")


def quickstart() -> str:
    """The one block of Python below its heading, as printed."""
    (block,) = _QUICKSTART.findall(README)
    return block


def test_the_quickstart_runs_as_printed(shared: RunningService, tmp_path: Path) -> None:
    script = tmp_path / "quickstart.py"
    script.write_text(quickstart(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", script],
        env={"NABIJ_URL": shared.address, "NABIJ_TOKEN": shared.token("a-reader")() or ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    heading, *sources, erased = done.stdout.splitlines()
    assert heading == "Energy from nearby"
    assert sources == _nearest_lines(shared, len(sources))
    assert erased == "erased: 1"


def test_the_quickstart_is_short() -> None:
    assert len(quickstart().strip().splitlines()) < 25


def test_every_make_target_exists() -> None:
    named = {
        name for code in _code() for name in re.findall(r"^make ([a-z-]+)", code, re.MULTILINE)
    }
    assert named
    output_of("make", "--dry-run", *named)


def test_every_command_exists() -> None:
    called: set[tuple[str, str]] = {words for code in _code() for words in _COMMAND.findall(code)}
    assert called
    for first, second in called:
        command = get_group(app).commands[first]
        assert not isinstance(command, TyperGroup) or second in command.commands


def _nearest_lines(service: RunningService, k: int) -> list[str]:
    """As the quickstart prints the sources nearest to the position that it names."""
    ((latitude, longitude),) = _POSITION.findall(quickstart())
    true = service.nearest(nabij.Position(float(latitude), float(longitude)), k)
    names = {
        source_id: name or source_label(technology, owner_kind, count, Locale.EN)
        for source_id, name, technology, owner_kind, count in service.rows(
            "SELECT source_id, name, technology::text, owner_kind::text, count FROM source"
        )
    }
    return [f"{names[each]}: {distance_m:.0f} m" for each, distance_m in true.items()]


def _code() -> list[str]:
    """What README shows to type: shell blocks, and words in backticks."""
    blocks = re.findall(r"^```sh$(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [*blocks, *re.findall(r"`([^`\n]+)`", README)]
