-- The keys of this installation, by fingerprint.

-- name: keys
-- All of them, the oldest first.
SELECT kind, fingerprint, retired_at IS NOT NULL AS is_retired
FROM installation_key ORDER BY known_since, fingerprint

-- name: may_sign
-- Whether a key signs: other hosts have five minutes to take over what was rotated on one.
SELECT EXISTS (
    SELECT FROM installation_key WHERE kind = 'signing' AND fingerprint = %(fingerprint)s
      AND coalesce(retired_at, 'infinity') > clock_timestamp() - interval '5 minutes'
) AS may_sign

-- name: hold
-- Nobody else rotates keys until this session ends.
SELECT pg_advisory_lock(9162, 2)

-- name: enrol
-- A key that the database knows from now on.
INSERT INTO installation_key (kind, fingerprint, known_since)
VALUES (%(kind)s, %(fingerprint)s, clock_timestamp()) ON CONFLICT DO NOTHING

-- name: retire
-- All signing keys but one sign no longer.
UPDATE installation_key SET retired_at = clock_timestamp()
WHERE kind = 'signing' AND fingerprint <> %(active)s AND retired_at IS NULL
