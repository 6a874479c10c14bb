"""``nabij retention run``."""

from datetime import timedelta

import psycopg
import pytest

from nabij_backend.clock import utc_now
from tests.backend.cli.commands import Command
from tests.backend.cli.operating import Operator, token
from tests.service import Service

GONE = {"live_grant": 3, "gps_status": 1}


def granted_long_ago(service: Service) -> None:
    service.clock.advance(utc_now() - service.clock() - timedelta(days=366))
    eva = service.caller()
    assert eva.put_status(eva.gps(eva.grant())).json()["accepted"]


def gone(done_rows: dict[str, int]) -> dict[str, int]:
    return {table: rows for table, rows in done_rows.items() if table in GONE}


def test_an_operator_sees_first_what_would_go_and_then_deletes_it(
    otto: Operator, service: Service, superuser: psycopg.Connection
) -> None:
    granted_long_ago(service)
    for _ in range(2):
        foreseen = otto("retention", "run", "--dry-run")
        assert (foreseen.code, foreseen.json["dry_run"]) == (0, True)
        assert gone(foreseen.json["rows"]) == GONE
    done = otto("retention", "run")
    assert (done.code, done.json["dry_run"]) == (0, False)
    assert gone(done.json["rows"]) == GONE
    assert set(otto("retention", "run").json["rows"].values()) == {0}
    logged = superuser.execute("SELECT action FROM operator_log ORDER BY done_at").fetchall()
    assert logged == [("retention-dry-run",)] * 2 + [("retention-run",)] * 2


@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_it_deletes_and_tells_nothing_for_others(
    here: Command, service: Service, superuser: psycopg.Connection, dry_run: list[str]
) -> None:
    granted_long_ago(service)
    stranger = Operator(here, token(here, "otto", "--operator"))
    done = stranger("retention", "run", *dry_run)
    assert done.code == 1
    assert "nabij operators add" in done.json["error"]
    assert "NABIJ_OPERATOR_TOKEN" in here("retention", "run", *dry_run, "--json").json["error"]
    assert superuser.execute("SELECT count(*) FROM gps_status").fetchone() == (1,)
    assert superuser.execute("SELECT count(*) FROM operator_log").fetchone() == (0,)


def test_people_read_why(otto: Operator, service: Service) -> None:
    granted_long_ago(service)
    told = otto.told("retention", "run", "--dry-run")
    assert "Nothing was deleted." in told
    assert "live_grant" in told
    assert "Deleted." in otto.told("retention", "run")
    assert otto.told("retention", "run") == "Nothing is over.\n"
