"""Acts are kept as evidence: numbered, and hashed so that a change would show."""

from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from nabij_consent import ConsentEvent, EventKind, Method, Purpose, RecordedEvent, Signal
from tests.service import Service


def test_the_leaf_hash_follows_from_the_row_and_its_salt(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    eva.grant()
    eva.post("/v1/consents", eva.act("deferred", ["wifi", "gps"]))
    eva.withdraw()
    rows = superuser.cursor(row_factory=dict_row).execute(
        "SELECT consent_event.*, kind::text, signals::text[], digest AS notice_digest "
        "FROM consent_event JOIN notice ON version = notice_version"
    )
    leaves = [(recorded(row).leaf_hash(row["salt"]), row["leaf_hash"]) for row in rows]
    assert [found for found, _ in leaves] == [kept for _, kept in leaves]
    assert len(leaves) == 3


def recorded(row: dict[str, Any]) -> RecordedEvent:
    purpose = row["purpose"]
    return RecordedEvent(
        subject_id=row["subject_id"],
        number=row["number"],
        act=ConsentEvent(
            event_id=row["event_id"],
            kind=EventKind(row["kind"]),
            purpose=None if purpose is None else Purpose(purpose),
            signals=tuple(Signal(each) for each in row["signals"]),
            notice_version=row["notice_version"],
            occurred_at=row["occurred_at"],
        ),
        notice_digest=row["notice_digest"],
        nonce=row["nonce"],
        device_id=row["device_id"],
        method=Method.APP,
        mandate_id=None,
        recorded_at=row["recorded_at"],
    )


def test_every_act_has_its_own_salt(service: Service, superuser: psycopg.Connection) -> None:
    eva = service.caller()
    for _ in range(3):
        eva.withdraw()
    assert superuser.execute("SELECT count(DISTINCT salt) FROM consent_event").fetchone() == (3,)


def test_the_acts_of_each_person_are_numbered_without_gaps(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva, bob = service.caller("eva"), service.caller("bob")
    eva.grant()
    bob.withdraw()
    eva.post("/v1/consents", eva.act("granted", ["gps"]) | {"nonce": None})
    eva.withdraw()
    bob.grant()
    eva.post("/v1/consents", eva.act("granted", ["gps"]) | {"purpose": "research"})
    eva.grant()
    found = superuser.execute(
        "SELECT array_agg(number ORDER BY number) FROM consent_event GROUP BY subject_id"
    ).fetchall()
    assert sorted(numbers for (numbers,) in found) == [[1, 2], [1, 2, 3]]


def test_an_act_is_recorded_as_it_was_sent_to_the_millisecond_and_when_it_came(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    act = eva.act("granted", ["gps"]) | {"occurred_at": "2026-06-01T11:00:00.123456+02:00"}
    answer = eva.post("/v1/consents", act)
    (row,) = superuser.execute(
        "SELECT event_id, kind::text, purpose, signals::text[], notice_version, nonce, "
        "occurred_at AT TIME ZONE 'UTC' = '2026-06-01 09:00:00.123', recorded_at "
        "FROM consent_event"
    ).fetchall()
    expected = (UUID(act["id"]), "granted", "nearby-sources", ["gps"], 1, UUID(act["nonce"]), True)
    assert row == (*expected, service.clock())
    assert answer.json()["event_id"] == act["id"]
