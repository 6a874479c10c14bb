"""The quick look at speed turns red where something became slow.

Each look takes half a minute: `make test-long` takes them all, `.ci/run` the one without a fault.
"""

import os
import sys
from pathlib import Path

import pytest

from bench import quick
from bench.installation import Installation
from tests.bench.planted import FAULTS

PLANTED = Path(__file__).with_name("planted.py")
pytestmark = pytest.mark.skipif(
    "NABIJ_SLOW_FAULTS" not in os.environ, reason="takes minutes: make test-long"
)


def drop_index(here: Installation) -> None:
    """Let PostgreSQL look at every source for every square; a service would not start without."""
    with here.connect() as connection:
        rows = connection.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = 'nabij'"
            " AND tablename = 'source' AND indexdef LIKE '%gist%'"
        ).fetchall()
        assert rows
        for (name,) in rows:
            connection.execute(f'DROP INDEX nabij."{name}"'.encode())


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(fault: str) -> None:
    slow = {"sleep": {"report"}, "cache": {"square, warm"}}[fault]
    found = quick.run([sys.executable, str(PLANTED), fault])
    assert {each.name for each in found if not each.met} == slow


def test_a_lost_index_is_seen() -> None:
    found = quick.run(spoil=drop_index)
    assert {each.name for each in found if not each.met} == {"square, cold"}
