"""What is asked about a person reads that person's rows, however many others there are.

Personal tables have no statistics, since those would keep values. So the planner takes any index on
a time for selective, and would read an entry of everybody.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from bench.people import FILL
from nabij_backend import sql
from tests.service import Service

PEOPLE: Final = 20_000
NOW: Final = datetime(2026, 6, 1, 9, tzinfo=UTC)
MANY_READS: Final = """
INSERT INTO access_log (subject_id, entry_id, reader, purpose, read_at)
SELECT subject_id, gen_random_uuid(), 'dashboard', 'nearby-sources', now()
FROM subject, generate_series(1, 3)
"""
ABOUT_A_PERSON: Final = {
    "report": ("status", "report"),
    "told": ("status", "told"),
    "permitted": ("devices", "is_anything_permitted"),
    "a nonce": ("notices", "use_nonce"),
    "who looked": ("rights", "reads"),
}


@pytest.fixture
def crowded(service: Service, superuser: psycopg.Connection) -> psycopg.Connection:
    """A database of many people, without statistics of them."""
    assert service.http.get("/v1/notice").status_code == 200
    with superuser.transaction():
        for statement in FILL:
            superuser.execute(statement, [PEOPLE] if "%s" in statement else None)
        superuser.execute(MANY_READS)
    return superuser


def read_in(plan: dict[str, Any]) -> float:
    """Rows that a plan's nodes took from tables and indexes, those thrown away included."""
    own = 0.0
    if "Relation Name" in plan or "Index Name" in plan:
        removed = sum(plan.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
        own = (plan["Actual Rows"] + removed) * plan["Actual Loops"]
    return own + sum(read_in(each) for each in plan.get("Plans", ()))


@pytest.mark.parametrize("what", ABOUT_A_PERSON)
def test_the_rows_of_others_are_not_read(crowded: psycopg.Connection, what: str) -> None:
    file, name = ABOUT_A_PERSON[what]
    (subject_id, epoch, nonce) = crowded.execute(
        "SELECT subject_id, epoch, nonce FROM live_grant JOIN notice_served USING (subject_id)"
        " LIMIT 1"
    ).fetchone() or (None, None, None)
    now = datetime.now(UTC)
    report = {
        "place": 0,
        "purpose": "nearby-sources",
        "signal": "gps",
        "epoch": epoch,
        "hour": now.replace(minute=0, second=0, microsecond=0).isoformat(),
        "resolution_m": 1_000,
        "northing_m": 3_263_000,
        "easting_m": 3_973_000,
    }
    parameters = {
        "subject_id": subject_id,
        "device_id": uuid4(),
        "platform": "linux",
        "now": now,
        "reports": Jsonb([report]),
        "purpose": "nearby-sources",
        "nonce": nonce,
        "notice_version": 1,
        "served_after": now - timedelta(days=1),
        "before": None,
        "most": 50,
    }
    explain = b"EXPLAIN (ANALYZE, FORMAT JSON) "
    ((found,),) = crowded.execute(explain + sql.load(file)[name], parameters).fetchall()
    assert read_in(found[0]["Plan"]) < 1_000
