"""What the tests of the architecture look at: the workspace's distributions and their modules."""

import ast
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Distribution:
    """One of the five: its folder below the root and its import package."""

    folder: str
    package: str

    @property
    def source(self) -> Path:
        """Where its modules are."""
        return ROOT / self.folder / self.package

    @property
    def project(self) -> dict[str, Any]:
        """The table ``[project]`` of its pyproject.toml."""
        return tomllib.loads((ROOT / self.folder / "pyproject.toml").read_text())["project"]


GEO = Distribution("geo", "nabij_geo")
CONSENT = Distribution("consent", "nabij_consent")
SDK = Distribution("sdk/python", "nabij")
BACKEND = Distribution("backend", "nabij_backend")
DEV = Distribution("dev", "nabij_dev")
DISTRIBUTIONS = (GEO, CONSENT, SDK, BACKEND, DEV)


@dataclass(frozen=True)
class Module:
    """A module by its dotted name, parsed but not imported."""

    name: str
    tree: ast.Module

    def imports(self) -> Iterator[str]:
        """Dotted names of all it imports, wherever in its text; from-imports with the name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def calls(self) -> Iterator[str]:
        """What it calls, as written: ``datetime.now``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func)


def modules(source: Path) -> list[Module]:
    """All modules below a package's folder.

    Raises:
        FileNotFoundError: there are none, so a test over them would prove nothing.
    """
    paths = sorted(source.rglob("*.py"))
    if not paths:
        raise FileNotFoundError(f"No modules in {source}.")
    return [Module(_dotted(path, source.parent), ast.parse(path.read_text())) for path in paths]


def is_within(name: str, package: str) -> bool:
    """Whether a dotted name is the package, or something in it."""
    return name == package or name.startswith(f"{package}.")


def _dotted(path: Path, base: Path) -> str:
    return ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__")


def output_of(*command: str) -> str:
    """Return what a command of ours prints, run at the root; it ends well."""
    program = shutil.which(command[0])
    assert program is not None
    done = subprocess.run(
        [program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
