-- Acts of consent and the grants that live because of them. Every statement names its person, and
-- every act first waits for its turn.

-- name: find
-- An act that was recorded under this id before, with all that its leaf commits to.
SELECT
    number, event_id, kind, purpose, signals::text[], notice_version, notice.digest AS notice_digest,
    notice.document::text AS notice, nonce, device_id, method, mandate_id, gpc, revocation_unknown,
    occurred_at, recorded_at, salt
FROM consent_event JOIN notice ON notice.version = notice_version
WHERE subject_id = %(subject_id)s AND event_id = %(event_id)s

-- name: acts_before
-- The person's acts, newest first; with a number, those before it.
SELECT
    number, event_id, kind, purpose, signals::text[], notice_version, notice.digest AS notice_digest,
    nonce, device_id, method, mandate_id, gpc, revocation_unknown, occurred_at, recorded_at
FROM consent_event JOIN notice ON notice.version = notice_version
WHERE subject_id = %(subject_id)s AND (number < %(number)s OR %(number)s::bigint IS NULL)
ORDER BY number DESC LIMIT %(most)s

-- name: next_place
-- What the next act is recorded with: its number, one more than the person's last, and the digest
-- of the notice that it is about.
SELECT
    (SELECT coalesce(max(number), 0) + 1 FROM consent_event
        WHERE subject_id = %(subject_id)s) AS number,
    (SELECT digest FROM notice WHERE version = %(notice_version)s) AS notice_digest

-- name: record
-- Appends the act, and hands its leaf to the log: whatever becomes of the act, the leaf gets a place.
WITH appended AS (
    INSERT INTO consent_event (
        subject_id, number, event_id, kind, purpose, signals, notice_version, nonce, device_id,
        method, mandate_id, gpc, revocation_unknown, occurred_at, recorded_at, salt, leaf_hash
    ) VALUES (
        %(subject_id)s, %(number)s, %(event_id)s, %(kind)s, %(purpose)s, %(signals)s::signal[],
        %(notice_version)s, %(nonce)s, %(device_id)s, %(method)s, %(mandate_id)s, %(gpc)s,
        %(revocation_unknown)s, %(occurred_at)s, %(recorded_at)s, %(salt)s, %(leaf_hash)s
    ) RETURNING leaf_hash
)
INSERT INTO pending_leaf (leaf_hash) SELECT leaf_hash FROM appended

-- name: live_signals
-- Which of these signals a grant lives for; with a time, only a grant that is over by then.
SELECT DISTINCT signal FROM live_grant
WHERE subject_id = %(subject_id)s AND signal = ANY (%(signals)s::signal[])
  AND (purpose = %(purpose)s::text OR %(purpose)s::text IS NULL)
  AND (expires_at <= %(over_at)s OR %(over_at)s::timestamptz IS NULL)
ORDER BY signal

-- name: last_number
-- Read before what is permitted, so that it never claims an act that did not count yet.
SELECT coalesce(max(number), 0) AS number
FROM consent_event WHERE subject_id = %(subject_id)s

-- name: count_covered
-- What the grants in question allow to be kept now, by table: the cascade will take just that.
SELECT
    (SELECT count(*) FROM gps_status WHERE subject_id = %(subject_id)s
        AND signal = ANY (%(signals)s::signal[])
        AND (purpose = %(purpose)s::text OR %(purpose)s::text IS NULL)) AS gps_status,
    (SELECT count(*) FROM gsm_status WHERE subject_id = %(subject_id)s
        AND signal = ANY (%(signals)s::signal[])
        AND (purpose = %(purpose)s::text OR %(purpose)s::text IS NULL)) AS gsm_status,
    (SELECT count(*) FROM wifi_status WHERE subject_id = %(subject_id)s
        AND signal = ANY (%(signals)s::signal[])
        AND (purpose = %(purpose)s::text OR %(purpose)s::text IS NULL)) AS wifi_status

-- name: end_grants
-- The grants go, and what they allowed goes with them. No purpose: those of every purpose.
DELETE FROM live_grant
WHERE subject_id = %(subject_id)s AND signal = ANY (%(signals)s::signal[])
  AND (purpose = %(purpose)s::text OR %(purpose)s::text IS NULL)

-- name: end_other_terms
-- A grant of a notice that counts no longer, of other terms or past its end is not renewed: it goes.
DELETE FROM live_grant
WHERE subject_id = %(subject_id)s AND purpose = %(purpose)s AND signal = %(signal)s
  AND (expires_at <= %(now)s
       OR notice_version < (SELECT material_since FROM notice ORDER BY version DESC LIMIT 1)
       OR (resolution_m, retention_days)
          IS DISTINCT FROM (%(resolution_m)s::integer, %(retention_days)s::integer))

-- name: give_grant
-- A new grant begins an epoch; a renewal of the same terms goes on in its epoch.
INSERT INTO live_grant (
    subject_id, purpose, signal, epoch, begun_number, resolution_m, retention_days, event_number,
    notice_version, granted_at, expires_at
) VALUES (
    %(subject_id)s, %(purpose)s, %(signal)s, %(epoch)s, %(number)s, %(resolution_m)s,
    %(retention_days)s, %(number)s, %(notice_version)s, %(now)s, %(expires_at)s
)
ON CONFLICT (subject_id, purpose, signal) DO UPDATE SET
    event_number = excluded.event_number, notice_version = excluded.notice_version,
    granted_at = excluded.granted_at, expires_at = excluded.expires_at

-- name: evidence
-- For each purpose and signal in question: the latest act about it, and the grant that lives.
SELECT
    asked.purpose, asked.signal, latest.kind AS latest,
    latest.notice_version AS latest_notice, latest.recorded_at AS latest_at,
    live_grant.epoch, live_grant.resolution_m, live_grant.notice_version,
    live_grant.granted_at, live_grant.expires_at
FROM unnest(%(purposes)s::text[], %(signals)s::signal[]) WITH ORDINALITY
    AS asked (purpose, signal, place)
LEFT JOIN LATERAL (
    SELECT kind, notice_version, recorded_at FROM consent_event
    WHERE subject_id = %(subject_id)s AND asked.signal = ANY (signals)
      AND (purpose = asked.purpose OR purpose IS NULL)
    ORDER BY number DESC LIMIT 1
) AS latest ON true
LEFT JOIN live_grant
    ON live_grant.subject_id = %(subject_id)s
    AND live_grant.purpose = asked.purpose AND live_grant.signal = asked.signal
ORDER BY asked.place
