-- What devices are told as soon as it is committed.

-- name: channel
-- On which channel a trigger tells that something changed, and nothing else.
SELECT name FROM notification_channel

-- name: listen_for
-- From now on this transaction may read what is the case for these people.
SELECT set_config('nabij.listening', %(subjects)s::uuid[]::text, true)

-- name: people
-- Of each: whether they have an account, the number of their last act, and a number that changes when a device
-- acknowledges an act or is gone.
SELECT wanted.subject_id, subject.subject_id IS NOT NULL AS is_known, coalesce(act.number, 0) AS act,
       coalesce(devices.fingerprint, 0) AS devices
FROM unnest(%(subjects)s::uuid[]) AS wanted (subject_id)
LEFT JOIN subject ON subject.subject_id = wanted.subject_id
LEFT JOIN LATERAL (
    SELECT number FROM consent_event WHERE consent_event.subject_id = wanted.subject_id
    ORDER BY number DESC LIMIT 1
) AS act ON true
LEFT JOIN LATERAL (
    SELECT bit_xor(hashtextextended(device_id || ' ' || coalesce(acknowledged_number, 0), 0)) AS fingerprint
    FROM device WHERE device.subject_id = wanted.subject_id
) AS devices ON true

-- name: everybody
-- The versions of the notice and of the catalogue.
SELECT (SELECT coalesce(max(version), 0) FROM notice) AS notice, (SELECT version FROM catalogue) AS catalogue
