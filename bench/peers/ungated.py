"""Our own service, but for one statement: it stores a report without a grant, a turn or a device.

    python bench/peers/ungated.py PORT

What remains is the price of everything else: sign-in, strict JSON, validation, metrics, the log.
"""

import sys
from typing import Any

from nabij_backend.app import create_app
from nabij_backend.cli.server import Server, freeze_heap, listen
from nabij_backend.settings import read_settings
from nabij_backend.status import repository
from nabij_backend.telemetry import configure_logging

_UPSERT = b"""
WITH batch AS MATERIALIZED (
    SELECT report.* FROM jsonb_to_recordset(%(reports)s) AS report (
        place integer, purpose text, hour timestamptz, resolution_m integer, northing_m integer,
        easting_m integer
    )
),
stored AS (
    INSERT INTO bench.ungated AS ungated
        (subject_id, purpose, device_id, hour, resolution_m, northing_m, easting_m)
    SELECT DISTINCT ON (purpose) %(subject_id)s::uuid, purpose, %(device_id)s::uuid, hour,
           resolution_m, northing_m, easting_m
    FROM batch ORDER BY purpose, hour DESC
    ON CONFLICT (subject_id, purpose, device_id) DO UPDATE SET
        hour = excluded.hour, resolution_m = excluded.resolution_m,
        northing_m = excluded.northing_m, easting_m = excluded.easting_m
)
SELECT place, 'accepted' AS verdict FROM batch ORDER BY place
"""
statements: dict[str, Any] = vars(repository)["_SQL"]
statements["report"] = _UPSERT
configure_logging()
app = create_app(read_settings())
freeze_heap()
with listen("127.0.0.1", int(sys.argv[1])) as listening:
    Server(app, lambda: None).run([listening])
