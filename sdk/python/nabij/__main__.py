"""``python -m nabij inspect STORE``: what a store holds, for whoever wants to see it.

STORE is the folder that the app gave its client. Codes of squares and places are not printed unless
``--squares`` asks for them: what is printed is often sent on.
"""

import argparse
import json
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

_TABLES = ("answer", "live_grant", "waiting", "reported", "untold", "dropped")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the store; 1 where there is none."""
    parser = argparse.ArgumentParser(prog="python -m nabij", description=__doc__)
    command = parser.add_subparsers(required=True, metavar="COMMAND").add_parser("inspect")
    command.add_argument("store", type=Path, help="the folder of the store")
    command.add_argument("--squares", action="store_true", help="print squares, too")
    chosen = parser.parse_args(arguments)
    files = sorted(chosen.store.glob("*.sqlite3"))
    for file in files:
        json.dump(inspected(file, squares=chosen.squares), sys.stdout, indent=2)
        sys.stdout.write("\n")
    if not files:
        sys.stderr.write("There is no store in this folder.\n")
    return 0 if files else 1


def inspected(file: Path, *, squares: bool) -> dict[str, object]:
    """Return what a database holds, by table; the places only as whether there are any."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        tables: dict[str, object] = {
            table: [_row(each, squares=squares) for each in db.execute(f"SELECT * FROM {table}")]  # noqa: S608 - our own names
            for table in _TABLES
        }
        places = [json.loads(text) for (text,) in db.execute("SELECT document FROM places")]
        told, quiet, receipts = (
            db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - the same
            for table in ("told_square", "quiet_place", "receipt")
        )
    remembered = [each[name] for each in places for name in ("anchors", "stay", "sightings")]
    return {
        **tables,
        "remembers_places": any(remembered),
        "remembers_told_squares": told,
        "quiet_places": quiet,
        "receipts": receipts,
    }


def _row(row: sqlite3.Row, *, squares: bool) -> dict[str, object]:
    values = {name: row[name] for name in row.keys()}  # noqa: SIM118 - a Row iterates its values
    if not squares and "status" in values:
        values["status"] = "…"
    return values


if __name__ == "__main__":
    sys.exit(main())
