"""One order in the backend: each package or module imports only those that stand before it."""

from pathlib import Path

from tests.architecture.workspace import BACKEND, is_within, modules

ORDER = (
    *("clock", "enums", "errors", "metric_events", "shares", "signed_notes", "sql", "telemetry"),
    *("settings", "silence", "pooler", "google", "firebase_app", "schema", "db"),
    *("migrations", "tables", "metrics", "runtime", "identity", "public_url", "signing"),
    *("http", "caller"),
    *("sessions", "notices", "devices", "events", "log", "status", "consents"),
    *("catalogue", "sources", "disclosure", "web", "push", "register", "witness"),
    *("installation", "rights", "retention", "audit", "operators", "requests"),
    *("health", "jobs", "openapi", "app", "cli"),
)


def later_imports(source: Path) -> dict[str, list[str]]:
    """The modules that import what stands after them, or what stands nowhere."""
    names = {name: number for number, name in enumerate(ORDER)}
    found: dict[str, list[str]] = {}
    for module in modules(source):
        own = names.get(f"{module.name}.".split(".")[1], -1) if "." in module.name else len(ORDER)
        ours = [name for name in module.imports() if is_within(name, source.name)]
        later = [name for name in ours if names.get(name.split(".")[1], len(ORDER)) > own]
        if later or own < 0:
            found[module.name] = later
    return found


def test_nothing_imports_what_stands_after_it() -> None:
    assert later_imports(BACKEND.source) == {}


def test_the_order_names_what_there_is() -> None:
    there = {path.stem for path in BACKEND.source.glob("*.py")} - {"__init__"}
    there |= {path.parent.name for path in BACKEND.source.glob("*/__init__.py")}
    assert there == set(ORDER)
    assert len(ORDER) == len(set(ORDER))


def test_an_import_of_what_stands_after_is_found(tmp_path: Path) -> None:
    package = tmp_path / "nabij_backend"
    (package / "log").mkdir(parents=True)
    (package / "log" / "service.py").write_text("from nabij_backend.consents import repository")
    (package / "caller.py").write_text("from nabij_backend.db import Connection")
    (package / "stray.py").write_text("import os")
    assert later_imports(package) == {
        "nabij_backend.log.service": ["nabij_backend.consents.repository"],
        "nabij_backend.stray": [],
    }
