"""``nabij retention run``."""

from datetime import timedelta

from nabij_backend.clock import utc_now
from tests.backend.cli.commands import Command
from tests.service import Service

GONE = {"live_grant": 3, "gps_status": 1}


def granted_long_ago(service: Service) -> None:
    service.clock.advance(utc_now() - service.clock() - timedelta(days=366))
    eva = service.caller()
    assert eva.put_status(eva.gps(eva.grant())).json()["accepted"]


def gone(done_rows: dict[str, int]) -> dict[str, int]:
    return {table: rows for table, rows in done_rows.items() if table in GONE}


def test_it_tells_first_and_deletes_then(nabij: Command, service: Service) -> None:
    granted_long_ago(service)
    for _ in range(2):
        foreseen = nabij("retention", "run", "--dry-run", "--json")
        assert (foreseen.code, foreseen.json["dry_run"]) == (0, True)
        assert gone(foreseen.json["rows"]) == GONE
    done = nabij("retention", "run", "--json")
    assert (done.code, done.json["dry_run"]) == (0, False)
    assert gone(done.json["rows"]) == GONE
    assert set(nabij("retention", "run", "--json").json["rows"].values()) == {0}


def test_people_read_why(nabij: Command, service: Service) -> None:
    granted_long_ago(service)
    told = nabij("retention", "run", "--dry-run").out
    assert "Nothing was deleted." in told
    assert "live_grant" in told
    assert nabij("retention", "run").code == 0
    assert nabij("retention", "run").out == "Nothing is over.\n"
