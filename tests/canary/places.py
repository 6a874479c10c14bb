"""The places where anything could be left, and a known leak into each."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import BrowserContext
from psycopg import sql

from tests.canary.channels import ANSWERS, DATA, PHONE, TRAFFIC, WAL
from tests.canary.files import contents, flush_wal
from tests.canary.installation import Installation
from tests.canary.values import Canaries

Look = Callable[[Installation], Iterator[bytes]]
Leak = Callable[[Installation, Canaries], object]


@dataclass(frozen=True, slots=True)
class Place:
    """Where bytes are kept or said.

    Attributes:
        look: reads all of it.
        leak: puts a canary there in the way in which the fault would that is looked for.
    """

    look: Look
    leak: Leak


def tidy(at: Installation) -> None:
    """Let PostgreSQL do what it does in time: overwrite what was deleted, and write all to disk."""
    with at.superuser() as connection:
        connection.execute("VACUUM (FULL, ANALYZE)")
    write_all(at)


def write_all(at: Installation) -> None:
    """Let PostgreSQL write all to disk that it has in memory."""
    with at.superuser() as connection:
        connection.execute("CHECKPOINT")
        flush_wal(connection)


def _data(at: Installation) -> Iterator[bytes]:
    yield from contents(at.data, without=at.data / "pg_wal")


def _leak_data(at: Installation, new: Canaries) -> None:
    with at.superuser() as connection:
        connection.execute("CREATE TABLE public.leak AS SELECT %s::text AS said", [new.text()])


def _wal(at: Installation) -> Iterator[bytes]:
    yield from contents(at.data / "pg_wal")


def _leak_wal(at: Installation, new: Canaries) -> None:
    statement = "CREATE TABLE public.rolled_back AS SELECT %s::text AS said"
    with at.superuser() as connection, connection.transaction(force_rollback=True):
        connection.execute(statement, [new.text()])


def _database_log(at: Installation) -> Iterator[bytes]:
    yield from contents(at.data.parent / "server.log")


def _leak_database_log(at: Installation, new: Canaries) -> None:
    with at.superuser() as connection:
        connection.execute("SET log_statement = 'all'")
        connection.execute(sql.SQL("SELECT {}").format(new.text()))


_STATISTICS: Final = """
SELECT stats::text FROM pg_stats AS stats UNION ALL SELECT stats::text FROM pg_stats_ext AS stats
UNION ALL SELECT stats::text FROM pg_stat_activity AS stats WHERE pid <> pg_backend_pid()
UNION ALL SELECT stats::text FROM pg_stat_all_tables AS stats
"""


def _statistics(at: Installation) -> Iterator[bytes]:
    with at.superuser() as connection:
        yield from (row.encode() for (row,) in connection.execute(_STATISTICS))
    yield at.http.get("/metrics").content


def _leak_statistics(at: Installation, new: Canaries) -> None:
    with at.superuser() as connection:
        connection.execute("CREATE TABLE public.counted AS SELECT %s::text AS said", [new.text()])
        connection.execute("INSERT INTO public.counted SELECT said FROM public.counted")
        connection.execute("ANALYZE public.counted")


def _service_log(at: Installation) -> Iterator[bytes]:
    yield from contents(at.service_log)


def _leak_service_log(at: Installation, new: Canaries) -> None:
    with at.service_log.open("a", encoding="utf-8") as log:
        log.write(f'{{"route": "{new.text()}"}}\n')


def _service_folder(at: Installation) -> Iterator[bytes]:
    yield from contents(at.service_folder, without=at.data.parent)


def _leak_service_folder(at: Installation, new: Canaries) -> None:
    (at.service_folder / "erased").write_text(new.text())


def _answers(at: Installation) -> Iterator[bytes]:
    yield from list(at.answers)


def _leak_answers(at: Installation, new: Canaries) -> None:
    eva = at.caller("eva")
    assert eva.post(
        "/v1/consents", eva.act("refused", ["gps"]) | {"id": str(new.uuid())}
    ).is_success


def _phones(at: Installation) -> Iterator[bytes]:
    yield from contents(at.phone_folder)


def _leak_phones(at: Installation, new: Canaries) -> None:
    store = next(at.phone_folder.rglob("*.sqlite3"))
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("CREATE TABLE leak (said TEXT)")
        connection.execute("INSERT INTO leak VALUES (?)", [new.text()])
        connection.commit()


def _phone_log(at: Installation) -> Iterator[bytes]:
    yield from contents(at.phone_log)


def _leak_phone_log(at: Installation, new: Canaries) -> None:
    with at.logged() as log:
        log.debug("at %s", new.text())


def _profile(at: Installation) -> Iterator[bytes]:
    yield from contents(at.profile)


def _console(at: Installation) -> Iterator[bytes]:
    yield from contents(at.console)


def _leak_browser(at: Installation, new: Canaries) -> None:
    def visit(context: BrowserContext) -> None:
        page = context.new_page()
        page.goto(at.direct)
        page.evaluate("text => { localStorage.place = text; }", new.text())

    at.eyes.browse(visit, profile=at.profile)


def _leak_console(at: Installation, new: Canaries) -> None:
    def visit(context: BrowserContext) -> None:
        context.on("console", lambda each: at.hear(each.text))
        context.new_page().evaluate("text => console.warn(text)", new.text())

    at.eyes.browse(visit)


def _traffic(at: Installation) -> Iterator[bytes]:
    yield from map(bytes, at.network.connections)
    yield from map(bytes, at.network.answers)


def _leak_traffic(at: Installation, new: Canaries) -> None:
    at.http.get(f"{at.network.address}/healthz", params={"at": new.text()})


PLACES: Final[dict[str, Place]] = {
    DATA: Place(_data, _leak_data),
    WAL: Place(_wal, _leak_wal),
    "PostgreSQL's log": Place(_database_log, _leak_database_log),
    "statistics and metrics": Place(_statistics, _leak_statistics),
    "service's log": Place(_service_log, _leak_service_log),
    "service's folder": Place(_service_folder, _leak_service_folder),
    ANSWERS: Place(_answers, _leak_answers),
    PHONE: Place(_phones, _leak_phones),
    "phone's log and errors": Place(_phone_log, _leak_phone_log),
    "browser's profile": Place(_profile, _leak_browser),
    "browser's console": Place(_console, _leak_console),
    TRAFFIC: Place(_traffic, _leak_traffic),
}
