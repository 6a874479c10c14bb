-- What devices are told as soon as it is committed.

-- name: state
-- The person's last act and the current notice.
SELECT
    (SELECT coalesce(max(number), 0) FROM consent_event WHERE subject_id = %(subject_id)s) AS act,
    (SELECT coalesce(max(version), 0) FROM notice) AS notice

-- name: listen_to_acts
-- A trigger tells of each: whose, and its number.
LISTEN nabij_consent

-- name: listen_to_notices
-- A trigger tells of each: its version.
LISTEN nabij_notice

-- name: listen_to_devices
-- A trigger tells when one acknowledged an act or is gone: whose.
LISTEN nabij_device

-- name: listen_to_catalogues
-- A trigger tells of each: its version.
LISTEN nabij_catalogue
