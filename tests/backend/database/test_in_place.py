"""An hourly report writes its row anew in the place of the old one, and no index."""

import psycopg

_SOMEBODY = """
INSERT INTO gps_status (subject_id, purpose, device_id, hour, resolution_m, northing_m, easting_m)
SELECT gen_random_uuid(), 'nearby-sources', gen_random_uuid(), '2026-06-01Z', 1000, 3231000, 3986000
FROM generate_series(1, 500)
"""
_REPORT = "UPDATE gps_status SET hour = hour + interval '1 hour', easting_m = easting_m + 1000"
_COUNTED = """
SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables
WHERE relname = 'gps_status' AND schemaname = 'nabij'
"""


def test_statuses_are_updated_in_place(superuser: psycopg.Connection) -> None:
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(_SOMEBODY)
    superuser.execute("SELECT pg_stat_force_next_flush()")
    before = superuser.execute(_COUNTED).fetchone() or (0, 0)
    superuser.execute(_REPORT)
    superuser.execute("SELECT pg_stat_force_next_flush()")
    after = superuser.execute(_COUNTED).fetchone() or (0, 0)
    assert (after[0] - before[0], after[1] - before[1]) == (500, 500)
