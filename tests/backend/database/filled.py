"""Rows as earlier releases wrote them: what customers, operators, witnesses and finders left."""

import json
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

from nabij_consent import notice_digest, read_notice

_OLD_NOTICE: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "consent" / "notice_of_format_1.json").read_text("utf-8")
)

_FIRST = """
INSERT INTO subject VALUES (%(eva)s), (%(bob)s);
INSERT INTO identity VALUES (%(eva)s, sha256('eva')), (%(bob)s, sha256('bob'));
INSERT INTO notice (version, digest, document, published_at)
    VALUES (1, %(digest)s, %(notice)s, '2026-05-01Z');
INSERT INTO notice_served VALUES (%(eva)s, %(nonce)s, 1, 'nl', '2026-05-01Z', '2026-05-01Z');
INSERT INTO device (subject_id, device_id, platform) VALUES (%(eva)s, %(device)s, 'android');
INSERT INTO consent_event (subject_id, number, event_id, kind, purpose, signals, notice_version,
    nonce, device_id, occurred_at, recorded_at, salt, leaf_hash)
    VALUES (%(eva)s, 1, gen_random_uuid(), 'granted', 'nearby-sources', '{gps,gsm,wifi}', 1,
            %(nonce)s, %(device)s, '2026-05-01Z', '2026-05-01Z', decode(repeat('00', 16), 'hex'),
            sha256('leaf'));
INSERT INTO live_grant (subject_id, purpose, signal, epoch, resolution_m, event_number,
    notice_version, granted_at, expires_at)
    VALUES (%(eva)s, 'nearby-sources', 'gps', 1, 1000, 1, 1, '2026-05-01Z', '2027-05-01Z'),
           (%(eva)s, 'nearby-sources', 'gsm', 1, NULL, 1, 1, '2026-05-01Z', '2027-05-01Z'),
           (%(eva)s, 'nearby-sources', 'wifi', 1, NULL, 1, 1, '2026-05-01Z', '2027-05-01Z');
INSERT INTO gps_status (subject_id, purpose, device_id, hour, resolution_m, northing_m, easting_m)
    VALUES (%(eva)s, 'nearby-sources', %(device)s, '2026-06-01 08:00Z', 1000, 3231000, 3986000);
INSERT INTO gsm_status (subject_id, purpose, device_id, hour, radio, connected, roaming, level)
    VALUES (%(eva)s, 'nearby-sources', %(device)s, '2026-06-01 08:00Z', '4g', true, true, 3);
INSERT INTO wifi_status (subject_id, purpose, device_id, hour, connected, metered, level)
    VALUES (%(eva)s, 'nearby-sources', %(device)s, '2026-06-01 08:00Z', true, false, 4);
INSERT INTO source VALUES ('osm:1', 'Molen', 'wind', 'cooperative', 900, 'Van ons', 'CC0', false,
    'site', ST_Point(4003412, 3236634, 3035), '{}');
INSERT INTO choice VALUES (%(eva)s, 'osm:1', '2026-05-02Z');
INSERT INTO objection VALUES (%(bob)s, 'choice-statistics', '2026-05-02Z');
INSERT INTO access_log VALUES (%(eva)s, 1, 'dashboard', 'shown', '2026-05-02Z');
INSERT INTO request VALUES
    (%(bob)s, gen_random_uuid(), 'insight', true, '2026-05-01Z', '2026-05-29Z', NULL);
INSERT INTO erasure VALUES (sha256('erased'), '2026-05-03Z');
INSERT INTO consent_leaf VALUES (0, sha256('leaf'));
INSERT INTO checkpoint VALUES (1, sha256('root'), '2026-05-01Z', 'e30.e30.c2ln')
"""

_RIGHTS = """
INSERT INTO mandate VALUES
    (%(eva)s, gen_random_uuid(), %(bob)s, sha256('letter'), '2026-05-01Z', '2027-05-01Z');
INSERT INTO operator VALUES (%(otto)s, sha256('otto'), '2026-05-01Z', NULL);
INSERT INTO operator_log VALUES (gen_random_uuid(), %(otto)s, 'subject-show', '2026-05-02Z');
INSERT INTO push_outbox VALUES
    (%(eva)s, %(device)s, gen_random_uuid(), 0, '2026-05-02Z', '2026-05-02Z')
"""

_WITNESSED = """
INSERT INTO cosignature VALUES (1, 'nabij.example/log', 'w.example',
    '— w.example ' || repeat('A', 102) || '==', '2026-05-01Z')
"""

_REFUSED = """
INSERT INTO operator_refusal VALUES
    (gen_random_uuid(), 'subject-show', 'not-added', NULL, '2026-05-02Z')
"""

_REPORTED = """
INSERT INTO vulnerability_report VALUES
    (sha256('code'), 'A fault', '2026-05-02', 'received', '2026-05-02', NULL)
"""

_FILLS: Final = {
    "0002": _FIRST,
    "0003": _RIGHTS,
    "0016": _WITNESSED,
    "0017": _REFUSED,
    "0019": _REPORTED,
}


def fill(connection: psycopg.Connection, revision: str) -> None:
    """Write what the release of this revision was the first to write, as a superuser."""
    values = {
        "eva": "00000000-0000-4000-8000-00000000000e",
        "bob": "00000000-0000-4000-8000-00000000000b",
        "otto": "00000000-0000-4000-8000-000000000000",
        "device": "00000000-0000-4000-8000-00000000000d",
        "nonce": "00000000-0000-4000-8000-00000000000f",
        "notice": Jsonb(_OLD_NOTICE),
        "digest": notice_digest(read_notice(_OLD_NOTICE)),
    }
    connection.execute("SET search_path = nabij, public")
    for statement in filter(str.strip, _FILLS.get(revision, "").split(";\n")):
        connection.execute(statement.encode(), values)
    connection.execute("RESET search_path")
