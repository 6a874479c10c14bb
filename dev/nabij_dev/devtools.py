"""Checks and generators for developers: ``python -m nabij_dev.devtools COMMAND``.

The commands run from the root of the workspace and end with 1 where something differs.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Final

import psycopg

from nabij_backend import schema
from nabij_backend.app import described_api
from nabij_backend.migrations.run import migrate
from nabij_backend.retention.document import with_periods
from nabij_dev import embedded

_OPENAPI: Final = Path("openapi.json")
_DATA_MODEL: Final = Path("docs") / "data-model.md"
_LONGEST_DIFF: Final = 60


def openapi_text() -> str:
    """Return the description of the service as ``openapi.json`` holds it."""
    return (
        json.dumps(described_api().openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    )


def openapi_differences(file: Path) -> list[str]:
    """Return how the description in ``file`` differs from the service; the first lines of it."""
    written = file.read_text(encoding="utf-8") if file.exists() else ""
    lines = unified_diff(
        written.splitlines(), openapi_text().splitlines(), str(file), "the service", lineterm=""
    )
    return list(islice(lines, _LONGEST_DIFF))


def period_differences(file: Path) -> list[str]:
    """Return how the periods in ``file`` differ from those that rows are kept for."""
    text = file.read_text(encoding="utf-8")
    return list(
        unified_diff(
            text.splitlines(),
            with_periods(text).splitlines(),
            str(file),
            "what is kept",
            lineterm="",
        )
    )


def schema_text() -> str:
    """Return what the migrations make, as ``schema.txt`` holds it."""
    with (
        embedded.temporary_folder() as folder,
        embedded.cluster(folder, durable=False) as cluster,
    ):
        migrate(cluster.url())
        with psycopg.connect(cluster.url()) as connection:
            return schema.described(schema.describe(connection))


def _check_openapi() -> int:
    return _report(openapi_differences(_OPENAPI), "Run `make openapi`, and commit what it writes.")


def _write_openapi() -> int:
    _OPENAPI.write_text(openapi_text(), encoding="utf-8")
    return 0


def _check_periods() -> int:
    return _report(
        period_differences(_DATA_MODEL),
        "Run `python -m nabij_dev.devtools write-periods`, and commit what it writes.",
    )


def _write_periods() -> int:
    text = _DATA_MODEL.read_text(encoding="utf-8")
    _DATA_MODEL.write_text(with_periods(text), encoding="utf-8")
    return 0


def _check_schema() -> int:
    lines = unified_diff(
        schema.FILE.read_text("utf-8").splitlines(),
        schema_text().splitlines(),
        schema.FILE.name,
        "what the migrations make",
        lineterm="",
    )
    advice = "Run `python -m nabij_dev.devtools write-schema`, and commit what it writes."
    return _report(islice(lines, _LONGEST_DIFF), advice)


def _write_schema() -> int:
    schema.FILE.write_text(schema_text(), encoding="utf-8")
    return 0


def _report(differences: Iterable[str], advice: str) -> int:
    lines = list(differences)
    if lines:
        sys.stderr.write("\n".join([*lines, advice]) + "\n")
    return int(bool(lines))


_COMMANDS: Final[Mapping[str, Callable[[], int]]] = {
    "check-openapi": _check_openapi,
    "write-openapi": _write_openapi,
    "check-periods": _check_periods,
    "write-periods": _write_periods,
    "check-schema": _check_schema,
    "write-schema": _write_schema,
}


def main(arguments: list[str]) -> int:
    """Run one command; 2 where there is none of that name."""
    match arguments:
        case [name] if name in _COMMANDS:
            return _COMMANDS[name]()
        case _:
            sys.stderr.write(f"Name one of: {', '.join(_COMMANDS)}.\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
