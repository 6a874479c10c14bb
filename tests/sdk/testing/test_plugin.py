"""The fixtures are found by pytest, cost nothing to others, and do what their page says."""

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder

import nabij
import nabij_pytest
from nabij import testing
from nabij.testing import FakeService, ManualClock, Phone, conformance

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "sdk" / "testing.md").read_text(encoding="utf-8")
_EXAMPLE = re.compile(r"^```python$(.*?)^```$", re.MULTILINE | re.DOTALL)
_FIXTURE = re.compile(r"^\| `(nabij_\w+)` \|", re.MULTILINE)


def test_the_examples_of_the_page_run_as_printed(memory: Path) -> None:
    examples = _EXAMPLE.findall(PAGE)
    for number, example in enumerate(examples):
        (memory / f"test_example_{number}.py").write_text(example, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "--basetemp=made", "."],
        cwd=memory,
        capture_output=True,
        text=True,
        check=False,
    )
    written = sum(example.count("def test_") for example in examples)
    rules = sum(name.startswith("test_") for name in dir(conformance.Conformance))
    assert done.returncode == 0, done.stdout
    assert f"{written + rules} passed" in done.stdout


def test_a_suite_that_uses_no_fixture_loads_nothing_of_nabij() -> None:
    program = "import sys, nabij_pytest; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "pytest" in loaded
    assert not {"nabij", "nabij_geo", "nabij_consent", "httpx2"} & set(loaded)


def test_pytest_finds_the_fixtures_in_a_wheel(tmp_path: Path) -> None:
    builder = WheelBuilder(str(ROOT / "sdk" / "python"))
    (wheel,) = builder.build(directory=str(tmp_path), versions=["standard"])
    with ZipFile(wheel) as files:
        names = files.namelist()
        (points,) = (name for name in names if name.endswith("entry_points.txt"))
        assert files.read(points).decode().split() == ["[pytest11]", "nabij", "=", "nabij_pytest"]
    assert {"nabij_pytest.py", "nabij/py.typed", "nabij/testing/conformance/__init__.py"} < {*names}


def test_the_fixtures_are_those_of_the_page(request: pytest.FixtureRequest) -> None:
    (point,) = entry_points(group="pytest11", name="nabij")
    assert point.load() is nabij_pytest
    offered = {name for name in vars(nabij_pytest) if name.startswith("nabij_")}
    assert offered == set(_FIXTURE.findall(PAGE))
    assert all(request.getfixturevalue(name) for name in offered)


def test_the_fixtures_belong_together(
    nabij_phone: Phone,
    nabij_service: FakeService,
    nabij_clock: ManualClock,
    nabij_client: nabij.Client,
    nabij_account: str,
) -> None:
    assert nabij_phone.service is nabij_service
    assert nabij_phone.clock is nabij_clock is nabij_service.clock
    nabij_client.grant(nabij_client.notice(), ["wifi"])
    assert nabij_service.acts[-1].account == nabij_account


def test_the_page_names_what_there_is() -> None:
    named = set(re.findall(r"`([A-Z]\w+|assert_\w+|example_\w+)[`(]", PAGE))
    assert named <= {*testing.__all__, *conformance.__all__, "Retry"}
    assert {each for each in testing.__all__ if each.startswith("assert_")} <= set(
        re.findall(r"assert_\w+", PAGE)
    )
