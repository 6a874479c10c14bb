"""``nabij status`` tells in one screen what runs."""

import asyncio
import json
from pathlib import Path

import psycopg

from nabij_backend.cli.notice import publish_notice
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.migrations import newest_revision
from tests.backend.cli.commands import Command, invoke, running
from tests.backend.waiting import until
from tests.keys import give_keys


def test_where_nothing_else_runs_it_says_so(nabij: Command) -> None:
    done = nabij("status", "--json", public_url="http://127.0.0.1:9")
    assert done.code == 1
    assert (done.json["runs"], done.json["revision"]) == (False, newest_revision())
    assert done.json["service"] == {
        "url": "http://127.0.0.1:9",
        "ready": False,
        "waiting_for": None,
    }
    told = done.json["database"]
    assert told["revision"] == newest_revision()
    assert (told["worker_sessions"], told["sources"], told["notice_version"]) == (0, 0, None)
    assert (told["leaves_waiting"], told["tree_size"], told["signed_at"]) == (0, None, None)
    shown = nabij("status", public_url="http://127.0.0.1:9").out
    assert "✓ database" in shown
    assert "✗ service    http://127.0.0.1:9 does not answer" in shown
    assert "✗ worker     not connected" in shown
    assert "none is published" in shown


def test_a_database_that_is_away_or_empty_is_told(empty_url: str) -> None:
    for url in (empty_url, "postgresql://nobody@127.0.0.1:1/nabij"):
        done = invoke("status", database_url=url, public_url="http://127.0.0.1:9")
        assert done.code == 1
        assert "✗ database   cannot be reached, or is not migrated" in done.out


def works(superuser: psycopg.Connection) -> bool:
    """Whether a worker is connected to this database."""
    found = superuser.execute(
        "SELECT FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'nabij-worker'"
    )
    return found.fetchone() is not None


def test_what_runs_is_told(
    nabij: Command, database_url: str, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    assert asyncio.run(publish_notice(database_url, STARTER_NOTICE))
    folder = tmp_path / "service"
    give_keys(folder / ".nabij")
    with running("serve", "--port", "0", "--json", cwd=folder, database_url=database_url) as serve:
        assert serve.stdout is not None
        url = json.loads(serve.stdout.readline())["url"]
        asyncio.run(until(lambda: works(superuser)))
        done = nabij("status", "--json", public_url=url)
        told = done.json
        assert (done.code, told["runs"]) == (0, True)
        assert told["service"] == {"url": url, "ready": True, "waiting_for": []}
        assert told["database"]["worker_sessions"] > 0
        assert told["database"]["notice_version"] == 1
        assert f"✓ service    {url} is ready" in nabij("status", public_url=url).out


def test_a_service_without_a_worker_is_not_all_that_has_to_run(
    nabij: Command, database_url: str, tmp_path: Path
) -> None:
    assert asyncio.run(publish_notice(database_url, STARTER_NOTICE))
    folder = tmp_path / "service"
    give_keys(folder / ".nabij")
    words = ("serve", "--port", "0", "--json")
    variables = {"database_url": database_url, "work_in_process": "false"}
    with running(*words, cwd=folder, **variables) as serve:
        assert serve.stdout is not None
        url = json.loads(serve.stdout.readline())["url"]
        done = nabij("status", "--json", public_url=url)
    assert done.json["service"]["ready"]
    assert (done.json["database"]["worker_sessions"], done.json["runs"], done.code) == (0, False, 1)
