"""What the package offers, and that its README's example does what it says."""

import ast
import subprocess
import sys
from pathlib import Path
from pkgutil import walk_packages

import pytest

import nabij
import nabij.sensors
import nabij.testing
import nabij.testing.conformance

README = Path(__file__).parents[2] / "sdk" / "python" / "README.md"


def test_everything_public_is_listed_and_there() -> None:
    for module in (nabij, nabij.sensors, nabij.testing, nabij.testing.conformance):
        assert len(set(module.__all__)) == len(module.__all__)
        for name in module.__all__:
            assert getattr(module, name) is not None


def test_asyncio_is_loaded_for_those_alone_who_use_it() -> None:
    program = """
import sys, nabij
before = "asyncio" in sys.modules
assert nabij.AsyncClient is nabij.AsyncClient
print(before, "asyncio" in sys.modules, hasattr(nabij, "AsyncClients"))
"""
    told = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert told.split() == ["False", "True", "False"]


def test_every_error_is_public_and_one_tree() -> None:
    errors = {nabij.NabijError}
    while found := {sub for each in errors for sub in each.__subclasses__()} - errors:
        errors |= found
    assert {each.__name__ for each in errors} <= set(nabij.__all__)


@pytest.mark.parametrize("error", [nabij.NotReachable, nabij.NoPosition, nabij.Unsupported])
def test_an_error_says_what_to_do_by_default(error: type[nabij.NabijError]) -> None:
    assert str(error()) == (error.__doc__ or "").partition("\n")[0]
    assert str(error())


FRAMEWORKS = {"dbus_fast", "toga", "plyer", "jnius", "java", "android"}


def test_needs_nothing_that_phones_lack() -> None:
    # Each module but the one that is loaded for D-Bus alone; the command line runs when imported.
    names = [
        name
        for _, name, _ in walk_packages(nabij.__path__, "nabij.")
        if name not in {"nabij.sensors._dbus", "nabij.__main__"}
    ]
    assert {"nabij.sensors.linux", "nabij.sensors.toga", "nabij.sensors.kivy"} < set(names)
    program = (
        f"import sys, {', '.join(names)};print(*{{name.partition('.')[0] for name in sys.modules}})"
    )
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", program], check=True, capture_output=True, text=True
    ).stdout.split()
    assert "httpx2" in loaded
    assert not set(loaded) & {"pydantic", "numpy", "shapely", "cryptography", "nabij_backend"}
    assert not set(loaded) & FRAMEWORKS


def test_the_examples_of_the_readme_are_python_and_name_what_exists() -> None:
    blocks = README.read_text().split("```python\n")[1:]
    assert blocks
    for block in blocks:
        tree = ast.parse(block.partition("```")[0])
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                module = __import__(node.module, fromlist=["*"])
                assert all(hasattr(module, each.name) for each in node.names)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "nabij":
                assert hasattr(nabij, node.attr)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "client":
                assert hasattr(nabij.Client, node.attr)
