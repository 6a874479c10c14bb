-- The devices of a person: which there are, what each has applied, and how to wake it.

-- name: devices
-- Each with whether every act that ended something, made elsewhere, has reached it.
SELECT device_id, platform, seen_on, NOT EXISTS (
    SELECT FROM consent_event AS ending
    WHERE ending.subject_id = device.subject_id AND ending.kind <> 'granted'
      AND ending.number > coalesce(device.acknowledged_number, 0)
      AND (ending.method <> 'app' OR ending.device_id <> device.device_id)
) AS reached
FROM device
WHERE subject_id = %(subject_id)s
ORDER BY seen_on DESC, device_id

-- name: is_anything_permitted
-- Whether a grant lives that has not expired and whose notice still counts.
SELECT EXISTS (
    SELECT FROM live_grant
    WHERE subject_id = %(subject_id)s AND (expires_at > %(now)s) IS TRUE
      AND notice_version >= (SELECT material_since FROM notice ORDER BY version DESC LIMIT 1)
) AS permitted

-- name: know
-- A device that grants for the first time starts at its own act; one that is known was seen again.
INSERT INTO device
    (subject_id, device_id, platform, seen_on, acknowledged_number, acknowledged_at)
VALUES (%(subject_id)s, %(device_id)s, %(platform)s, %(now)s::date, %(number)s, %(now)s)
ON CONFLICT (subject_id, device_id) DO UPDATE SET
    seen_on = excluded.seen_on,
    platform = CASE excluded.platform
        WHEN 'other' THEN device.platform ELSE excluded.platform END

-- name: remove
-- What it reported and what waits for it go with it.
DELETE FROM device WHERE subject_id = %(subject_id)s AND device_id = %(device_id)s

-- name: wake_others
-- One message a device: a newer act takes the place of one that waits.
INSERT INTO push_outbox (subject_id, device_id, message_id, attempts, queued_at, due_at)
SELECT subject_id, device_id, %(message_id)s, 0, %(now)s, %(now)s
FROM device
WHERE subject_id = %(subject_id)s AND device_id IS DISTINCT FROM %(device_id)s::uuid
  AND push_token IS NOT NULL
ON CONFLICT (subject_id, device_id) DO UPDATE SET
    message_id = excluded.message_id, attempts = 0,
    queued_at = excluded.queued_at, due_at = excluded.due_at

-- name: is_act
-- Acts are numbered without gaps; this asks for one of them.
SELECT FROM consent_event WHERE subject_id = %(subject_id)s AND number = %(number)s

-- name: acknowledge
-- What a device has applied only grows.
UPDATE device SET acknowledged_number = %(number)s, acknowledged_at = %(now)s
WHERE subject_id = %(subject_id)s AND device_id = %(device_id)s
  AND coalesce(acknowledged_number, 0) < %(number)s

-- name: set_push_token
-- Where to wake the device from now on, or nowhere.
UPDATE device SET push_token = %(push_token)s
WHERE subject_id = %(subject_id)s AND device_id = %(device_id)s
