-- How a connection and a transaction begin.

-- name: process
-- Which process of PostgreSQL answers.
SELECT pg_backend_pid() AS process

-- name: act_as_api
-- Least power, whatever the login may do besides. Who waits for a turn longer than this is told to come back.
SET ROLE nabij_api;
SET statement_timeout = '30s';
SET lock_timeout = '2s';
SET idle_in_transaction_session_timeout = '10s'

-- name: act_as_owner
-- Who works as an operator, which is for whoever administers the database to say.
SET ROLE nabij_owner;
SET statement_timeout = '1min';
SET lock_timeout = '10s';
SET idle_in_transaction_session_timeout = '1min'

-- name: act_as_operator
-- Notices, sources, and which requests are due. An import of millions of rows is one statement.
SET ROLE nabij_operator;
SET statement_timeout = '1h';
SET lock_timeout = '10s';
SET idle_in_transaction_session_timeout = '10min'

-- name: act_as_worker
-- Background jobs.
SET ROLE nabij_worker;
SET statement_timeout = '5min';
SET lock_timeout = '5s';
SET idle_in_transaction_session_timeout = '1min'

-- name: act_as_auditor
-- Comparing acts, grants and the log, which takes one long transaction.
SET ROLE nabij_auditor;
SET statement_timeout = '15min';
SET lock_timeout = '5s';
SET idle_in_transaction_session_timeout = '15min'

-- name: forget_session
-- Whatever a request left behind in its session goes: role, settings, cursors, channels, locks, temporary
-- objects. Prepared statements stay; they are ours, and hold no value.
RESET SESSION AUTHORIZATION;
RESET ALL;
CLOSE ALL;
UNLISTEN *;
SELECT pg_advisory_unlock_all();
DISCARD TEMP;
DISCARD SEQUENCES

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

-- name: take_turn
-- One act of a person at a time, and after every report that has begun. Its own first statement:
-- the statements behind it then see what those reports committed.
SELECT pg_advisory_xact_lock(hashtextextended(%(subject_id)s::uuid::text, 0))

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
