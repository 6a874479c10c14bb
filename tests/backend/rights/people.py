"""People whom a test of rights is about, and what the database holds of them."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from nabij_backend.tables.personal import PERSONAL
from tests.service import Caller, Service

SOURCE = """
INSERT INTO source (source_id, name, technology, owner_kind, licence, made_up, located, geom,
                    latitude_e5, longitude_e5)
VALUES (%s, 'Roof', 'solar', 'cooperative', 'CC0', true, 'site',
        ST_Point(3973000, 3263000, 3035), 5236590, 488573)
"""


def reporting(service: Service, name: str = "eva") -> Caller:
    """Somebody who agreed to everything, and whose phone has reported."""
    caller = service.caller(name)
    epoch = caller.grant()
    answer = caller.put_status(caller.gps(epoch), caller.gsm(epoch), caller.wifi(epoch))
    assert len(answer.json()["accepted"]) == 3
    return caller


def subject_of(superuser: psycopg.Connection, caller: Caller) -> UUID:
    """Under which number somebody who agreed on this device is known."""
    ((subject_id,),) = superuser.execute(
        "SELECT DISTINCT subject_id FROM consent_event WHERE device_id = %s", [caller.device_id]
    ).fetchall()
    return subject_id


def rows_about(superuser: psycopg.Connection, subject_id: UUID) -> dict[str, list[Any]]:
    """Every row about somebody, by table."""
    return {
        each.table: [
            row
            for (row,) in superuser.execute(
                sql.SQL("SELECT to_jsonb(t) FROM {} AS t WHERE subject_id = %s ORDER BY t").format(
                    sql.Identifier(each.table)
                ),
                [subject_id],
            )
        ]
        for each in PERSONAL
    }


def give_mandate(superuser: psycopg.Connection, person: UUID, agent: UUID) -> UUID:
    """Record that one may act for the other, until far in the service's future."""
    mandate_id = uuid4()
    superuser.execute(
        "INSERT INTO mandate VALUES (%s, %s, %s, sha256('letter'), '2026-05-01', '2027-05-01')",
        [person, mandate_id, agent],
    )
    return mandate_id
