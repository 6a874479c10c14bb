"""A leaf that waits without an act is settled by an operator, and that is seen for good."""

import psycopg
import pytest

from nabij_backend.log.sequencer import DamagedLog
from tests.backend.cli.commands import Command
from tests.backend.cli.operating import operator


def test_it_gets_the_place_that_a_receipt_may_promise(
    nabij: Command,
    superuser: psycopg.Connection,
) -> None:
    otto = operator(nabij)
    assert nabij("keys", "list").code == 0  # makes the key that fsck asks for
    superuser.execute("INSERT INTO pending_leaf (leaf_hash) VALUES (sha256('an act that is gone'))")
    found = nabij("fsck", "--json").json
    assert (found["counts"], found["settled"]) == ({"deleted-act": 1}, 0)
    assert otto("log", "settle").json == {"placed": 1, "without_act": 1, "twice": 0}
    found = nabij("fsck", "--json").json
    assert (found["counts"], found["settled"]) == ({}, 1)
    assert "1 leaves have no act; operators let them" in nabij("fsck").out
    assert superuser.execute("SELECT action FROM operator_log").fetchall() == [("log-settle",)]
    assert otto("log", "settle").json == {"placed": 0, "without_act": 0, "twice": 0}


def test_a_leaf_that_waits_twice_stops_nobody_any_more(
    nabij: Command, superuser: psycopg.Connection
) -> None:
    """PostgreSQL refuses such a leaf; one of before that stopped all behind it is let go."""
    otto = operator(nabij)
    superuser.execute("INSERT INTO pending_leaf (leaf_hash) VALUES (sha256('a'))")
    otto("log", "settle")
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="has its place"):
        superuser.execute("INSERT INTO pending_leaf (leaf_hash) VALUES (sha256('a'))")
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("INSERT INTO pending_leaf (leaf_hash) VALUES (sha256('a')), (sha256('b'))")
    superuser.execute("RESET session_replication_role")
    assert otto("log", "settle").json == {"placed": 1, "without_act": 1, "twice": 1}


def test_a_leaf_of_the_log_whose_act_is_gone_stays_a_missing_act(
    nabij: Command, superuser: psycopg.Connection
) -> None:
    otto = operator(nabij)
    superuser.execute("INSERT INTO pending_leaf (leaf_hash) VALUES (sha256('a'))")
    assert nabij("log", "sequence", "--json").json == {"placed": 1}
    assert otto("log", "settle").json["without_act"] == 0
    assert nabij("fsck", "--json").json["counts"] == {"deleted-act": 1}


def test_over_a_damaged_log_nothing_is_settled(
    nabij: Command, superuser: psycopg.Connection
) -> None:
    otto = operator(nabij)
    superuser.execute("INSERT INTO consent_leaf VALUES (0, sha256('made up'))")
    superuser.execute("INSERT INTO pending_leaf (leaf_hash) VALUES (sha256('a'))")
    assert otto("log", "settle").json["error"] == str(DamagedLog())
