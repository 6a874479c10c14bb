"""Every act gets its place, once and in order, under a signed head."""

import threading
from datetime import timedelta
from typing import LiteralString

import psycopg
import pytest

from nabij_backend.log.documents import read_checkpoint
from nabij_backend.log.sequencer import DamagedLog
from nabij_consent import Frontier
from tests.backend.log.sequencing import place, read, receipt_of, rotate, signer_of
from tests.service import Service

PAST_TRIGGERS = "SET session_replication_role = replica"


def leaves(superuser: psycopg.Connection) -> list[bytes]:
    found = superuser.execute("SELECT position, leaf_hash FROM consent_leaf ORDER BY 1").fetchall()
    assert [position for position, _ in found] == list(range(len(found)))
    return [leaf for _, leaf in found]


def test_acts_get_their_places_in_the_order_of_their_numbers(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva, bob = service.caller("eva"), service.caller("bob")
    done = [
        read(service, receipt_of(who, kind)).leaf_hash
        for who, kind in [(eva, "granted"), (bob, "refused"), (eva, "withdrawn"), (eva, "granted")]
    ]
    assert place(service) == 4
    assert leaves(superuser) == done
    assert superuser.execute("SELECT FROM pending_leaf").fetchall() == []


def test_the_signed_head_is_that_of_the_tree_over_all_leaves(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    for expected in (3, 2):
        for _ in range(expected):
            receipt_of(eva)
        assert place(service) == expected
    tree, nodes = Frontier().append(leaves(superuser))
    ((text,),) = superuser.execute(
        "SELECT signed_tree_head FROM checkpoint WHERE tree_size = 5"
    ).fetchall()
    signed = read_checkpoint(text, signer_of(service.settings).public())
    ((log_id,),) = superuser.execute("SELECT log_id FROM consent_log").fetchall()
    assert (signed.tree_size, signed.root_hash) == (5, tree.root)
    assert (signed.signed_at, signed.log_id) == (service.clock(), log_id)
    stored = superuser.execute("SELECT level, index, hash FROM consent_node").fetchall()
    assert {(node.level, node.index): node_hash for node, node_hash in nodes.items()} == {
        (level, index): node_hash for level, index, node_hash in stored
    }


def test_the_time_of_a_head_never_falls(service: Service, superuser: psycopg.Connection) -> None:
    signed_at = service.clock()
    for back in (timedelta(0), timedelta(hours=-1), timedelta(hours=2)):
        service.clock.advance(back)
        receipt_of(service.caller())
        assert place(service) == 1
    keys = signer_of(service.settings).public()
    rows = superuser.execute("SELECT signed_tree_head FROM checkpoint ORDER BY tree_size")
    heads = [read_checkpoint(text, keys) for (text,) in rows]
    later = signed_at + timedelta(hours=1)
    assert [head.signed_at for head in heads] == [signed_at, signed_at, later]


def test_where_nothing_came_nothing_is_signed(
    service: Service, superuser: psycopg.Connection
) -> None:
    assert place(service) == 0
    receipt_of(service.caller())
    assert (place(service), place(service)) == (1, 0)
    assert superuser.execute("SELECT count(*) FROM checkpoint").fetchone() == (1,)


def test_a_round_takes_so_many_and_the_next_the_rest(service: Service) -> None:
    for _ in range(3):
        receipt_of(service.caller())
    assert [place(service, most=2) for _ in range(3)] == [2, 1, 0]


def test_a_refused_act_leaves_no_leaf(service: Service) -> None:
    eva = service.caller()
    act = eva.act("granted", ["gps"]) | {"nonce": None}
    assert eva.post("/v1/consents", act).status_code == 409
    assert place(service) == 0


def test_an_act_whose_person_is_erased_before_still_gets_its_place(
    service: Service, superuser: psycopg.Connection
) -> None:
    leaf = read(service, receipt_of(service.caller())).leaf_hash
    superuser.execute("DELETE FROM subject")
    assert place(service) == 1
    assert leaves(superuser) == [leaf]
    assert superuser.execute("SELECT leaf_hash FROM erased_leaf").fetchall() == [(leaf,)]


def test_while_one_works_the_others_do_nothing(
    service: Service, superuser: psycopg.Connection
) -> None:
    receipt_of(service.caller())
    with superuser.transaction():
        superuser.execute("SELECT pg_advisory_xact_lock(9162, 1)")
        assert place(service) == 0
    assert place(service) == 1


def test_many_at_once_place_every_leaf_once(
    service: Service, superuser: psycopg.Connection
) -> None:
    for number in range(6):
        receipt_of(service.caller(str(number)))
    placed: list[int] = []
    threads = [
        threading.Thread(target=lambda: placed.append(place(service, most=2))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while place(service, most=2):
        pass
    assert len(leaves(superuser)) == len(set(leaves(superuser))) == 6


def test_after_the_key_was_rotated_sequencing_goes_on(service: Service) -> None:
    receipt_of(service.caller())
    place(service)
    rotate(service)
    receipt_of(service.caller())
    assert place(service) == 1


DAMAGE: dict[str, LiteralString] = {
    "a leaf edited": "UPDATE consent_leaf SET leaf_hash = sha256('x') WHERE position = 2",
    "the tail cut off": "DELETE FROM consent_leaf WHERE position = 2",
    "a node edited": "UPDATE consent_node SET hash = sha256('x')",
    "a node deleted": "DELETE FROM consent_node",
    "a checkpoint deleted": "DELETE FROM checkpoint",
    "another log": "UPDATE consent_log SET log_id = gen_random_uuid()",
    "a checkpoint edited": "UPDATE checkpoint SET signed_tree_head = left(signed_tree_head, -4)",
    "a tail made up": "INSERT INTO consent_leaf VALUES (3, sha256('x'))",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_nothing_more_is_signed_over_a_tree_that_was_not_signed(
    service: Service, superuser: psycopg.Connection, damage: str
) -> None:
    for _ in range(3):
        receipt_of(service.caller())
    place(service)
    receipt_of(service.caller())
    superuser.execute(PAST_TRIGGERS)
    superuser.execute(DAMAGE[damage])
    with pytest.raises(DamagedLog, match="nabij fsck"):
        place(service)
    assert superuser.execute("SELECT count(*) FROM pending_leaf").fetchone() == (1,)


def test_a_round_that_breaks_off_leaves_all_as_it_was(
    service: Service, superuser: psycopg.Connection
) -> None:
    receipt_of(service.caller())
    with superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        superuser.execute("INSERT INTO consent_node VALUES (1, 0, sha256(''))")
    receipt_of(service.caller())
    with pytest.raises(psycopg.errors.UniqueViolation):
        place(service)
    assert leaves(superuser) == []
    assert superuser.execute("SELECT count(*) FROM pending_leaf").fetchone() == (2,)
