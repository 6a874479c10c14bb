-- What devices report, and what is known of a person because of it. A comparison that IS TRUE is made with the rows
-- of the person alone: personal tables have no statistics, and the planner takes an index on a time for selective, so
-- that it would read an entry of everybody for each report.

-- name: report
-- Takes a batch: joins each report with the live grant of its epoch, stores the newest accepted
-- one of each kind, cut to the square that was agreed to, and answers for every report whether it
-- was accepted and, if not, why; with the numbers of the current notice and of the person's last
-- act, by which a device sees whether what it knows still holds. A device that reports for the
-- first time knows of every act up to the one that began the newest grant it names. Waits its turn behind acts and reports of the same
-- person, since a ninth device erases another one; the foreign key to the grant is what guarantees
-- that nothing outlives it.
WITH turn AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(hashtextextended(%(subject_id)s::uuid::text, 0))
),
batch AS MATERIALIZED (
    SELECT report.*
    FROM turn, jsonb_to_recordset(%(reports)s) AS report (
        place integer, purpose text, signal signal, epoch bigint, hour timestamptz,
        resolution_m integer, northing_m integer, easting_m integer,
        connected boolean
    )
),
current AS MATERIALIZED (
    SELECT version, material_since FROM notice ORDER BY version DESC LIMIT 1
),
accepted AS MATERIALIZED (
    SELECT batch.*, greatest(batch.resolution_m, live_grant.resolution_m) AS stored_m, begun_number
    FROM batch, live_grant, current
    WHERE live_grant.subject_id = %(subject_id)s
      AND live_grant.purpose = batch.purpose AND live_grant.signal = batch.signal
      AND live_grant.epoch = batch.epoch AND (live_grant.expires_at > %(now)s) IS TRUE
      AND batch.hour > %(now)s - make_interval(days => live_grant.retention_days)
      AND live_grant.notice_version >= current.material_since
    FOR KEY SHARE OF live_grant
),
newest AS (
    SELECT DISTINCT ON (purpose, signal) *
    FROM accepted ORDER BY purpose, signal, hour DESC, place DESC
),
known_device AS (
    INSERT INTO device
        (subject_id, device_id, platform, seen_on, acknowledged_number, acknowledged_at)
    SELECT %(subject_id)s, %(device_id)s, %(platform)s, %(now)s::date, max(begun_number), %(now)s
    FROM accepted
    HAVING count(*) > 0
    ON CONFLICT (subject_id, device_id) DO UPDATE
    SET platform = excluded.platform, seen_on = excluded.seen_on
    WHERE (device.platform, device.seen_on) <> (excluded.platform, excluded.seen_on)
),
gps AS (
    INSERT INTO gps_status
        (subject_id, purpose, device_id, hour, resolution_m, northing_m, easting_m)
    SELECT %(subject_id)s, purpose, %(device_id)s, hour, stored_m,
           northing_m - northing_m %% stored_m, easting_m - easting_m %% stored_m
    FROM newest WHERE signal = 'gps'
    ON CONFLICT (subject_id, purpose, device_id) DO UPDATE SET
        hour = excluded.hour, resolution_m = excluded.resolution_m,
        northing_m = excluded.northing_m, easting_m = excluded.easting_m
    WHERE gps_status.hour <= excluded.hour
),
gsm AS (
    INSERT INTO gsm_status (subject_id, purpose, device_id, hour, connected)
    SELECT %(subject_id)s, purpose, %(device_id)s, hour, connected
    FROM newest WHERE signal = 'gsm'
    ON CONFLICT (subject_id, purpose, device_id) DO UPDATE SET
        hour = excluded.hour, connected = excluded.connected
    WHERE gsm_status.hour <= excluded.hour
),
wifi AS (
    INSERT INTO wifi_status (subject_id, purpose, device_id, hour, connected)
    SELECT %(subject_id)s, purpose, %(device_id)s, hour, connected
    FROM newest WHERE signal = 'wifi'
    ON CONFLICT (subject_id, purpose, device_id) DO UPDATE SET
        hour = excluded.hour, connected = excluded.connected
    WHERE wifi_status.hour <= excluded.hour
)
SELECT batch.place, CASE
    WHEN accepted.place IS NOT NULL THEN 'accepted'
    WHEN live_grant.epoch IS NULL THEN 'no-consent'
    WHEN live_grant.epoch <> batch.epoch THEN 'stale-epoch'
    WHEN live_grant.expires_at <= %(now)s THEN 'consent-expired'
    WHEN live_grant.notice_version < current.material_since THEN 'notice-changed'
    WHEN batch.hour <= %(now)s - make_interval(days => live_grant.retention_days) THEN 'too-old'
    ELSE 'no-consent'
END AS verdict,
coalesce(current.version, 0) AS notice_version,
(SELECT coalesce(max(number), 0) FROM consent_event WHERE subject_id = %(subject_id)s) AS as_of
FROM batch
LEFT JOIN current ON true
LEFT JOIN accepted ON accepted.place = batch.place
LEFT JOIN live_grant
    ON live_grant.subject_id = %(subject_id)s
    AND live_grant.purpose = batch.purpose AND live_grant.signal = batch.signal
ORDER BY batch.place

-- name: told
-- What each device of this person told last, while the grant of that signal lives: the newest first.
SELECT told.device_id, device.platform, told.signal, told.hour, told.cell, told.connected
FROM (
    SELECT subject_id, purpose, signal, device_id, hour, cell, NULL::boolean AS connected
    FROM gps_status
    UNION ALL
    SELECT subject_id, purpose, signal, device_id, hour, NULL, connected FROM gsm_status
    UNION ALL
    SELECT subject_id, purpose, signal, device_id, hour, NULL, connected FROM wifi_status
) AS told
JOIN device USING (subject_id, device_id)
JOIN live_grant USING (subject_id, purpose, signal)
WHERE subject_id = %(subject_id)s AND purpose = %(purpose)s
  AND (live_grant.expires_at > %(now)s) IS TRUE
  AND live_grant.notice_version
      >= (SELECT material_since FROM notice ORDER BY version DESC LIMIT 1)
  AND told.hour > %(now)s - make_interval(days => live_grant.retention_days)
ORDER BY hour DESC, device_id
