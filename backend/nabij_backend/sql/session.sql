-- How a connection and a transaction begin.

-- name: act_as_api
-- Least power, whatever the login may do besides.
SET ROLE nabij_api

-- name: act_as_owner
-- Who works as an operator, which is for whoever administers the database to say.
SET ROLE nabij_owner

-- name: act_as_operator
-- Notices, sources, and which requests are due.
SET ROLE nabij_operator

-- name: act_as_worker
-- What time does.
SET ROLE nabij_worker

-- name: act_as_auditor
-- Comparing acts, grants and the log.
SET ROLE nabij_auditor

-- name: pin_search_path
-- Names mean our tables, then PostGIS; never somebody's temporary table.
SET search_path = nabij, public, pg_temp

-- name: tell_time_in_utc
-- Times come back in UTC, whatever the server's own zone is.
SET TIME ZONE 'UTC'

-- name: sign_in
-- Lets this transaction see the one identity row that the digest finds.
SELECT set_config('nabij.sign_in', encode(%(digest)s, 'hex'), true)

-- name: enter
-- From now on this transaction sees the rows of the person who signed in.
SELECT subject_id, set_config('nabij.subject', subject_id::text, true)
FROM identity WHERE digest = %(digest)s

-- name: become
-- From now on this transaction sees, and may insert, the rows of one person.
SELECT set_config('nabij.subject', %(subject_id)s::uuid::text, true)

-- name: introduce
-- Two first requests at once make one subject: the second finds the first one's.
WITH known AS (
    INSERT INTO identity (subject_id, digest) VALUES (%(subject_id)s, %(digest)s)
    ON CONFLICT (digest) DO NOTHING
    RETURNING subject_id
)
INSERT INTO subject (subject_id) SELECT subject_id FROM known

-- name: read_one_moment
-- All statements of this transaction see the same rows, and change none.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY
