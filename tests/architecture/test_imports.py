"""Who may import whom. What is not on a list is not allowed."""

import sys
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest

from tests.architecture.workspace import (
    BACKEND,
    CONSENT,
    GEO,
    SDK,
    Distribution,
    Module,
    is_within,
    modules,
)

PURE = {
    *("__future__", "collections", "dataclasses", "enum", "functools"),
    *("heapq", "itertools", "math", "re", "typing"),
}
MAY_IMPORT: dict[Distribution, AbstractSet[str]] = {
    GEO: PURE | {"nabij_geo"},
    CONSENT: PURE | {"datetime", "hashlib", "json", "uuid", "nabij_geo", "nabij_consent"},
    SDK: sys.stdlib_module_names | {"httpx2", "nabij_geo", "nabij_consent", "nabij"},
}
ADAPTERS = {
    "nabij.sensors._dbus": {"dbus_fast"},
    "nabij.sensors.toga": {"toga"},
}
CLOCK_CHANCE_AND_FILES = {
    *("datetime.now", "datetime.today", "datetime.utcnow", "date.today"),
    *("uuid1", "uuid4", "uuid.uuid1", "uuid.uuid4"),
    *("open", "print", "input"),
}
LAYERS = ("tables", "repository", "service", "endpoints")  # each may import those before it
SQLALCHEMY = ("sqlalchemy", "geoalchemy2")
MAY_IMPORT_SQLALCHEMY = ("tables", "db", "migrations", "repository")
MAY_IMPORT_FIREBASE = (
    "nabij_backend.firebase_app",
    "nabij_backend.identity",
    "nabij_backend.push",
)


def outside(allowed: AbstractSet[str]) -> Callable[[Module], list[str]]:
    """Finds imports of what is not among the allowed top-level names."""
    return lambda module: [name for name in module.imports() if name.split(".")[0] not in allowed]


def framework_imports(module: Module) -> list[str]:
    """Imports of a framework by others than the adapter that it belongs to."""
    allowed = MAY_IMPORT[SDK] | ADAPTERS.get(module.name, set())
    return outside(allowed)(module)


def impure_calls(module: Module) -> list[str]:
    """Calls that read the clock, throw dice or touch a file."""
    return [call for call in module.calls() if call in CLOCK_CHANCE_AND_FILES]


def sdk_imports(module: Module) -> list[str]:
    """Imports of the SDK, or of what is for developers, by the service."""
    strangers = ("nabij", "nabij_dev")
    return [name for name in module.imports() if any(is_within(name, each) for each in strangers)]


def upward_imports(module: Module) -> list[str]:
    """Imports of a higher layer by a lower one, in whichever feature."""
    layer = layer_of(module.name)
    if layer is None:
        return []
    higher = LAYERS[LAYERS.index(layer) + 1 :]
    return [name for name in module.imports() if layer_of(name) in higher]


def layer_of(name: str) -> str | None:
    """The layer that a dotted name in the backend belongs to."""
    if not is_within(name, BACKEND.package):
        return None
    return next((part for part in name.split(".") if part in LAYERS), None)


def sqlalchemy_imports(module: Module) -> list[str]:
    """Imports of SQLAlchemy by others than those that talk to the database."""
    if set(MAY_IMPORT_SQLALCHEMY) & set(module.name.split(".")):
        return []
    return [name for name in module.imports() if name.split(".")[0] in SQLALCHEMY]


def firebase_imports(module: Module) -> list[str]:
    """Imports of firebase_admin by others than the modules that ask it something."""
    if any(is_within(module.name, place) for place in MAY_IMPORT_FIREBASE):
        return []
    return [name for name in module.imports() if is_within(name, "firebase_admin")]


def breaches(source: Path, rule: Callable[[Module], list[str]]) -> dict[str, list[str]]:
    """The modules that break a rule, and with what."""
    return {module.name: found for module in modules(source) if (found := rule(module))}


@pytest.mark.parametrize("distribution", [GEO, CONSENT], ids=lambda each: each.package)
def test_imports_only_what_it_may(distribution: Distribution) -> None:
    assert breaches(distribution.source, outside(MAY_IMPORT[distribution])) == {}


def test_an_app_needs_a_framework_only_for_its_own_adapter() -> None:
    assert breaches(SDK.source, framework_imports) == {}


@pytest.mark.parametrize("distribution", [GEO, CONSENT], ids=lambda each: each.package)
def test_pure_packages_take_time_and_chance_as_values(distribution: Distribution) -> None:
    assert breaches(distribution.source, impure_calls) == {}


@pytest.mark.parametrize(
    "rule", [sdk_imports, upward_imports, sqlalchemy_imports, firebase_imports]
)
def test_backend_keeps_its_layers(rule: Callable[[Module], list[str]]) -> None:
    assert breaches(BACKEND.source, rule) == {}


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (outside(PURE), "cell.py", "import os.path"),
        (outside(PURE), "cell.py", "def f():\n    from time import time"),
        (impure_calls, "decide.py", "from datetime import datetime\nnow = datetime.now()"),
        (framework_imports, "sensors/linux.py", "from dbus_fast.aio import MessageBus"),
        (sdk_imports, "app.py", "from nabij.testing import FakeSensor"),
        (sdk_imports, "cli/database.py", "from nabij_dev import embedded"),
        (upward_imports, "status/repository.py", "from nabij_backend.consents import service"),
        (upward_imports, "status/service.py", "import nabij_backend.status.endpoints"),
        (sqlalchemy_imports, "status/service.py", "from sqlalchemy import select"),
        (firebase_imports, "consents/service.py", "from firebase_admin import auth"),
    ],
)
def test_each_rule_finds_a_breach(
    rule: Callable[[Module], list[str]], path: str, text: str, tmp_path: Path
) -> None:
    module = tmp_path / "nabij_backend" / path
    module.parent.mkdir(parents=True)
    module.write_text(text)
    assert len(breaches(tmp_path / "nabij_backend", rule)) == 1


def test_looking_at_no_modules_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        breaches(tmp_path, impure_calls)
