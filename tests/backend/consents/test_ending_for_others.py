"""Grants end on somebody else's initiative, or on time's, by an act like any other."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from nabij_backend.consents import ending
from nabij_backend.consents.schemas import Erased
from nabij_backend.consents.service import Moment
from nabij_backend.db import Database
from nabij_consent import NEARBY_SOURCES, EventKind, InvalidEvent, Method, Purpose, Signal
from tests.backend.pools import subject_of, with_database
from tests.service import Caller, Service

YEAR = timedelta(days=365)
LAST_ACT = """
SELECT number, kind::text, purpose, signals::text[], device_id, method::text, occurred_at
FROM consent_event ORDER BY number DESC LIMIT 1
"""


def moment(now: datetime) -> Moment:
    return Moment(now=now, salt=bytes(16))


def end(
    service: Service,
    subject_id: UUID,
    *,
    method: Method = Method.OPERATOR,
    purpose: Purpose | None = NEARBY_SOURCES,
    signals: tuple[Signal, ...] = tuple(Signal),
) -> ending.Ended | None:
    """End grants as an operator does."""

    async def use(database: Database) -> ending.Ended | None:
        async with database.transaction_of("test", subject_id) as session:
            return await ending.end_for(
                session,
                kind=EventKind.WITHDRAWN,
                method=method,
                purpose=purpose,
                signals=signals,
                moment=moment(service.clock()),
                event_id=uuid4(),
            )

    return with_database(service.settings, use)


def expire(service: Service, subject_id: UUID, *, now: datetime) -> ending.Ended | None:
    """Let time end what is over."""

    async def use(database: Database) -> ending.Ended | None:
        async with database.transaction_of("test", subject_id) as session:
            return await ending.expire(session, NEARBY_SOURCES, moment(now), event_id=uuid4())

    return with_database(service.settings, use)


@pytest.fixture
def eva(service: Service) -> Caller:
    """Somebody who agreed to everything, and whose device has reported."""
    caller = service.caller()
    epoch = caller.grant()
    caller.put_status(caller.gps(epoch), caller.gsm(epoch), caller.wifi(epoch))
    return caller


@pytest.fixture
def subject(eva: Caller, superuser: psycopg.Connection) -> UUID:
    """Her pseudonym."""
    return subject_of(superuser, eva.device_id)


def reasons(caller: Caller) -> dict[str, Any]:
    return {signal: each["reasons"] for signal, each in caller.permissions().items()}


def test_an_operator_s_act_is_recorded_and_takes_what_it_ends(
    service: Service, superuser: psycopg.Connection, eva: Caller, subject: UUID
) -> None:
    ended = end(service, subject, signals=(Signal.GPS, Signal.WIFI))
    assert ended is not None
    assert (ended.recorded.number, ended.erased) == (2, Erased(gps_status=1, wifi_status=1))
    assert superuser.execute(LAST_ACT).fetchall() == [
        (2, "withdrawn", "nearby-sources", ["gps", "wifi"], None, "operator", service.clock())
    ]
    withdrawn = ["withdrawn", "no-grant"]
    assert reasons(eva) == {"gps": withdrawn, "gsm": [], "wifi": withdrawn}


def test_an_act_names_only_what_was_there(service: Service, eva: Caller, subject: UUID) -> None:
    eva.withdraw(signals=["gps"])
    ended = end(service, subject, purpose=None)
    assert ended is not None
    assert ended.recorded.act.signals == (Signal.GSM, Signal.WIFI)


def test_where_nothing_is_granted_nothing_is_recorded(
    service: Service, superuser: psycopg.Connection, eva: Caller, subject: UUID
) -> None:
    eva.withdraw()
    assert end(service, subject) is None
    assert end(service, subject, purpose=Purpose("research")) is None
    assert superuser.execute("SELECT count(*) FROM consent_event").fetchone() == (2,)


def test_an_act_in_the_app_names_the_device(service: Service, subject: UUID) -> None:
    with pytest.raises(InvalidEvent):
        end(service, subject, method=Method.APP)


def test_a_grant_ends_when_its_time_is_over_and_not_before(
    service: Service, superuser: psycopg.Connection, eva: Caller, subject: UUID
) -> None:
    over = service.clock() + YEAR
    assert expire(service, subject, now=over - timedelta(milliseconds=1)) is None
    ended = expire(service, subject, now=over)
    assert ended is not None
    assert ended.erased == Erased(gps_status=1, gsm_status=1, wifi_status=1)
    assert superuser.execute(LAST_ACT).fetchall() == [
        (2, "expired", "nearby-sources", ["gps", "gsm", "wifi"], None, "expiry", over)
    ]
    assert reasons(eva) == {each: ["expired", "no-grant"] for each in Signal}
    assert expire(service, subject, now=over) is None


def test_a_renewed_grant_stays(service: Service, eva: Caller, subject: UUID) -> None:
    over = service.clock() + YEAR
    service.clock.advance(timedelta(days=300))
    renewed = Caller(service, service.token("eva"), eva.device_id)
    renewed.grant(["gps"])
    ended = expire(service, subject, now=over)
    assert ended is not None
    assert ended.recorded.act.signals == (Signal.GSM, Signal.WIFI)
    assert reasons(renewed)["gps"] == []
