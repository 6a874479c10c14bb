-- Messages that wake devices. Acts queue those that tell of them; those that tell of a notice are
-- queued here.

-- name: tell_of_notice
-- Queues one for each device whose customer has to be asked anew, since a notice that accepts no
-- older grant came after the one that the device was told of; returns how many devices were behind.
WITH current AS (
    SELECT material_since FROM notice ORDER BY version DESC LIMIT 1
), behind AS (
    SELECT subject_id, device_id, material_since
    FROM device JOIN current ON told_notice IS NULL OR told_notice < material_since
    WHERE push_token IS NOT NULL
    LIMIT %(most)s
    FOR UPDATE OF device SKIP LOCKED
), told AS (
    UPDATE device SET told_notice = behind.material_since FROM behind
    WHERE device.subject_id = behind.subject_id AND device.device_id = behind.device_id
    RETURNING device.subject_id, device.device_id, behind.material_since
), queued AS (
    INSERT INTO push_outbox (subject_id, device_id, message_id, attempts, queued_at, due_at)
    SELECT subject_id, device_id, %(message_id)s, 0, %(now)s, %(now)s FROM told
    WHERE EXISTS (
        SELECT FROM live_grant
        WHERE live_grant.subject_id = told.subject_id AND notice_version < material_since
    )
    ON CONFLICT (subject_id, device_id) DO UPDATE SET
        message_id = excluded.message_id, attempts = 0,
        queued_at = excluded.queued_at, due_at = excluded.due_at
)
SELECT count(*) AS behind FROM told

-- name: claim
-- Takes what is due and puts it off: 1 minute, then 2, 4, 8 … up to a day. Two workers never take
-- the same message. One whose device gave its token back meanwhile waits for a newer act.
WITH due AS (
    SELECT subject_id, device_id, device.push_token
    FROM push_outbox JOIN device USING (subject_id, device_id)
    WHERE push_outbox.due_at <= %(now)s AND device.push_token IS NOT NULL
    ORDER BY push_outbox.due_at LIMIT %(most)s
    FOR UPDATE OF push_outbox SKIP LOCKED
)
UPDATE push_outbox SET
    attempts = least(attempts + 1, 100),
    due_at = %(now)s + least(interval '1 minute' * 2 ^ least(attempts, 11), interval '1 day')
FROM due
WHERE push_outbox.subject_id = due.subject_id AND push_outbox.device_id = due.device_id
RETURNING push_outbox.subject_id, push_outbox.device_id, push_outbox.message_id, due.push_token

-- name: remove
-- A newer act may have put another message in the same place: that one stays.
DELETE FROM push_outbox USING
    unnest(%(subject_ids)s::uuid[], %(device_ids)s::uuid[], %(message_ids)s::uuid[])
    AS done (subject_id, device_id, message_id)
WHERE push_outbox.subject_id = done.subject_id AND push_outbox.device_id = done.device_id
  AND push_outbox.message_id = done.message_id

-- name: put_off
-- As long as Google asks, where that is longer than it is put off already.
UPDATE push_outbox SET due_at = greatest(due_at, held.until)
FROM unnest(
    %(subject_ids)s::uuid[], %(device_ids)s::uuid[], %(message_ids)s::uuid[], %(until)s::timestamptz[]
) AS held (subject_id, device_id, message_id, until)
WHERE push_outbox.subject_id = held.subject_id AND push_outbox.device_id = held.device_id
  AND push_outbox.message_id = held.message_id

-- name: wait_for_turn
-- A device that was woken just now is woken again when it is its turn; this was no attempt.
UPDATE push_outbox SET due_at = early.until, attempts = attempts - 1
FROM unnest(
    %(subject_ids)s::uuid[], %(device_ids)s::uuid[], %(message_ids)s::uuid[], %(until)s::timestamptz[]
) AS early (subject_id, device_id, message_id, until)
WHERE push_outbox.subject_id = early.subject_id AND push_outbox.device_id = early.device_id
  AND push_outbox.message_id = early.message_id

-- name: forget_tokens
-- A token behind which there is nobody is forgotten, unless the device has sent another one.
UPDATE device SET push_token = NULL
FROM unnest(%(subject_ids)s::uuid[], %(device_ids)s::uuid[], %(push_tokens)s::text[])
    AS gone (subject_id, device_id, push_token)
WHERE device.subject_id = gone.subject_id AND device.device_id = gone.device_id
  AND device.push_token = gone.push_token
