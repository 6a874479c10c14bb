"""Our own service, but for one statement: it stores each report of a request as a row.

It asks for no grant, takes no turn and knows no device.

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
    INSERT INTO bench.ungated
        (subject_id, purpose, device_id, place, hour, resolution_m, northing_m, easting_m)
    SELECT %(subject_id)s::uuid, purpose, %(device_id)s::uuid, place, hour,
           resolution_m, northing_m, easting_m
    FROM batch
    ON CONFLICT (subject_id, purpose, device_id, place) DO UPDATE SET
        hour = excluded.hour, resolution_m = excluded.resolution_m,
        northing_m = excluded.northing_m, easting_m = excluded.easting_m
)
SELECT place, 'accepted' AS verdict, 1 AS notice_version, 1 AS as_of FROM batch ORDER BY place
"""
statements: dict[str, Any] = vars(repository)["_SQL"]
statements["report"] = _UPSERT
configure_logging()
app = create_app(read_settings())
freeze_heap()
with listen("127.0.0.1", int(sys.argv[1])) as listening:
    Server(app, lambda: None).run([listening])
