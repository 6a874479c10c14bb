"""``nabij retention run``."""

from datetime import timedelta

import psycopg

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


def test_it_tells_anybody_first_and_deletes_for_an_operator(
    here: Command, otto: Operator, service: Service, superuser: psycopg.Connection
) -> None:
    granted_long_ago(service)
    for _ in range(2):
        foreseen = here("retention", "run", "--dry-run", "--json")
        assert (foreseen.code, foreseen.json["dry_run"]) == (0, True)
        assert gone(foreseen.json["rows"]) == GONE
    done = otto("retention", "run")
    assert (done.code, done.json["dry_run"]) == (0, False)
    assert gone(done.json["rows"]) == GONE
    assert set(otto("retention", "run").json["rows"].values()) == {0}
    logged = superuser.execute("SELECT action FROM operator_log").fetchall()
    assert logged == [("retention-run",)] * 2


def test_it_deletes_nothing_for_others(
    here: Command, service: Service, superuser: psycopg.Connection
) -> None:
    granted_long_ago(service)
    stranger = Operator(here, token(here, "otto", "--operator"))
    done = stranger("retention", "run")
    assert done.code == 1
    assert "nabij operators add" in done.json["error"]
    assert here("retention", "run", "--json").code == 1
    assert superuser.execute("SELECT count(*) FROM gps_status").fetchone() == (1,)
    assert superuser.execute("SELECT count(*) FROM operator_log").fetchone() == (0,)


def test_people_read_why(here: Command, otto: Operator, service: Service) -> None:
    granted_long_ago(service)
    told = here("retention", "run", "--dry-run").out
    assert "Nothing was deleted." in told
    assert "live_grant" in told
    assert "Deleted." in otto.told("retention", "run")
    assert otto.told("retention", "run") == "Nothing is over.\n"
