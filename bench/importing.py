"""The import of a register: beside a COPY of the same rows, and its memory."""

import random
import re
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from bench.measure import Comparison, at_least, at_most
from nabij_backend.migrations.run import migrate
from nabij_backend.sources.importer import SavedMapping, import_sources
from nabij_dev import embedded

_NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
_ROWS: Final = 100_000
_MANY_ROWS: Final = 2_000_000
_ROUNDS: Final = 5
_MAPPING: Final = SavedMapping(register="bench", licence="CC0-1.0", replaces=True)
_COLUMNS: Final = sql.SQL(
    "source_id, name, technology, owner_kind, capacity_kw, story, language, licence, register,"
    " made_up, located, latitude_e5, longitude_e5, geom, added_in"
)
_COPY_OUT: Final = sql.SQL("COPY (SELECT {} FROM nabij.source) TO STDOUT").format(_COLUMNS)
_COPY_IN: Final = sql.SQL("COPY nabij.source ({}) FROM STDIN").format(_COLUMNS)
_EMPTY: Final = "TRUNCATE nabij.source, nabij.known_source, nabij.tombstone CASCADE"


def run() -> list[Comparison]:
    """Import a register of 100,000 rows, and one of 2,000,000."""
    with embedded.temporary_folder() as folder, embedded.cluster(folder / "db") as cluster:
        migrate(cluster.url())
        few, many = (_register(folder, rows) for rows in (_ROWS, _MANY_ROWS))
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            speed = _speed(connection, few)
            connection.execute(_EMPTY)
        return [speed, _memory(cluster.url(), few, many)]


def _speed(connection: psycopg.Connection, path: Path) -> Comparison:
    """Compare with a COPY into the same table: its constraints, indexes and triggers."""

    def imported() -> None:
        import_sources(connection, path, mapping=_MAPPING, now=_NOW)

    imported()
    with connection.cursor() as cursor:
        with cursor.copy(_COPY_OUT) as blocks:
            rows = [bytes(block) for block in blocks]

        def copied() -> None:
            with cursor.copy(_COPY_IN) as copy:
                for block in rows:
                    copy.write(block)

        ours_s: list[float] = []
        theirs_s: list[float] = []
        for _ in range(_ROUNDS):
            for call, seconds in ((imported, ours_s), (copied, theirs_s)):
                connection.execute(_EMPTY)
                seconds.append(_seconds(call))
    name = f"import {_ROWS:,} rows"
    ours, theirs = (_ROWS / statistics.median(each) for each in (ours_s, theirs_s))
    return Comparison(name, ours, "COPY of the same rows", theirs, "rows/s", at_least(0.5))


def _memory(url: str, few: Path, many: Path) -> Comparison:
    """Compare the most memory of two imports, each in a process of its own."""
    least, most = (_peak_mib(url, path) for path in (few, many))
    return Comparison(
        f"import, memory of {_MANY_ROWS:,} rows",
        most,
        f"of {_ROWS:,} rows",
        least,
        "MiB",
        at_most(1.05),
    )


def _peak_mib(url: str, path: Path) -> float:
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_import_and_weigh, (url, path))


def _import_and_weigh(url: str, path: Path) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        import_sources(connection, path, mapping=_MAPPING, now=_NOW)
    # Not `ru_maxrss`: it begins with that of the process that started this one.
    (peak,) = re.findall(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak) / 1024


def _register(folder: Path, rows: int) -> Path:
    """Write a register of wind turbines, scattered over Europe."""
    chance = random.Random(1)  # noqa: S311 - places, not secrets
    path = folder / f"{rows}.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("id,name,technology,owner_kind,capacity_kw,latitude,longitude\n")
        for number in range(rows):
            place = f"{chance.uniform(45, 60):.5f},{chance.uniform(0, 15):.5f}"
            file.write(
                f"{number},Mill {number},wind,cooperative,{chance.randint(1, 5_000)},{place}\n"
            )
    return path


def _seconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
