"""An epoch never comes again, so no report of a consent that ended is taken under another."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from tests.service import Caller, Service

LIVES = int(os.environ.get("NABIJ_RACE_ROUNDS", "30"))
PHONES = 4
_LOST = """
SET session_replication_role = replica;
DELETE FROM live_grant;
DELETE FROM consent_event;
RESET session_replication_role;
"""


def erase(eva: Caller, _superuser: psycopg.Connection) -> None:
    assert eva.delete("/v1/me").is_success


def withdraw(eva: Caller, _superuser: psycopg.Connection) -> None:
    assert eva.withdraw().is_success


def lose_acts(eva: Caller, superuser: psycopg.Connection) -> None:
    """Leave what a backup of before the first act would have brought back."""
    assert eva.withdraw().is_success
    superuser.execute(_LOST)


ENDS: dict[str, Callable[[Caller, psycopg.Connection], None]] = {
    "a withdrawal": withdraw,
    "an erasure": erase,
    "a restore that lost acts": lose_acts,
}


@pytest.mark.parametrize("end", ENDS)
def test_what_a_phone_kept_is_refused_after(
    service: Service, superuser: psycopg.Connection, end: str
) -> None:
    eva = service.caller()
    eva.post("/v1/consents", eva.act("refused", ["wifi"]))
    kept = eva.gps(eva.grant())
    ENDS[end](eva, superuser)
    for phone in (eva, eva.on_another_device(), service.caller()):
        phone.post("/v1/consents", phone.act("refused", ["wifi"]))
        epoch = phone.grant()
        (refused,) = eva.put_status(kept).json()["refused"]
        assert refused["type"] == "/problems/stale-epoch"
        assert eva.put_status(eva.gps(epoch)).json()["accepted"]
        eva.withdraw()
    assert superuser.execute("SELECT count(*) FROM gps_status").fetchone() == (0,)


def test_no_life_of_an_account_takes_what_was_collected_in_another(service: Service) -> None:
    eva, lived = service.caller(), list[int]()
    with ThreadPoolExecutor(PHONES) as phones:
        for _ in range(LIVES):
            epoch = eva.grant()
            assert epoch not in lived
            kept = [eva.gps(each) for each in lived[-20:]]
            told = [phones.submit(eva.put_status, *kept) for _ in range(PHONES)]
            own = phones.submit(eva.put_status, eva.gps(epoch))
            lived.append(epoch)
            for each in told:
                assert kept == [] or each.result().json()["accepted"] == []
            assert own.result().json()["accepted"]
            assert eva.delete("/v1/me").is_success
            service.clock.advance(timedelta(seconds=1))
