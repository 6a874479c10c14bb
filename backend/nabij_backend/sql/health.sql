-- What the service needs to find before it serves.

-- name: state
-- Which schema the database has, which releases it serves, and whether a notice is published.
SELECT version_num AS revision, oldest_release() AS oldest_release, EXISTS (SELECT FROM notice) AS has_notice
FROM alembic_version

-- name: answers
-- Anything at all.
SELECT 1 AS answered

-- name: can_write
-- Whether this is the primary, and not told to read only.
SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'

-- name: space
-- Fails where the database can store nothing more.
SELECT require_space()

-- name: revision
-- Which schema the database has.
SELECT version_num FROM nabij.alembic_version

-- name: postgis
-- Whether PostGIS is installed in this database.
SELECT 1 FROM pg_extension WHERE extname = 'postgis'

-- name: roles
-- How many of our roles there are.
SELECT count(*) FROM pg_roles WHERE rolname IN
    ('nabij_owner', 'nabij_api', 'nabij_operator', 'nabij_worker', 'nabij_auditor')

-- name: clock
-- What time it is for the database.
SELECT clock_timestamp() AS now

-- name: keeps_bytes_out
-- Whether our roles can store nothing in temporary tables and large objects, as `roles_and_extensions.sql` has it. A
-- restored database has forgotten a part of that.
SELECT NOT has_database_privilege('nabij_api', current_database(), 'TEMPORARY')
    AND NOT has_function_privilege('nabij_api', 'lo_create(oid)', 'EXECUTE')

-- name: sources
-- Whether the catalogue holds anything.
SELECT 1 AS found FROM nabij.source LIMIT 1

-- name: degrees
-- In which squares of a degree a part of the sources lies.
SELECT floor(latitude_e5 / 1e5)::integer AS latitude, floor(longitude_e5 / 1e5)::integer AS longitude
FROM nabij.source ORDER BY source_id LIMIT 1000

-- name: unwitnessed
-- Which of the witnesses have not cosigned what was signed five minutes ago.
SELECT name FROM unnest(%(names)s::text[]) AS asked (name)
WHERE EXISTS (
    SELECT FROM nabij.checkpoint
    WHERE log_id = (SELECT nabij.current_log())
      AND signed_at < clock_timestamp() - interval '5 minutes' AND tree_size > coalesce(
        (SELECT max(tree_size) FROM nabij.cosignature
         WHERE cosignature.log_id = checkpoint.log_id AND witness = name), 0
    )
)

-- name: overview
-- What an operator asks first: versions, sizes, and how far the log is.
SELECT current_setting('server_version') AS postgresql,
    (SELECT extversion FROM pg_extension WHERE extname = 'postgis') AS postgis,
    (SELECT version_num FROM nabij.alembic_version) AS revision,
    pg_database_size(current_database()) AS bytes,
    (SELECT max(version) FROM nabij.notice) AS notice_version,
    (SELECT version FROM nabij.catalogue) AS catalogue_version,
    (SELECT count(*) FROM nabij.source) AS sources,
    (SELECT count(*) FROM nabij.pending_leaf) AS leaves_waiting,
    (SELECT max(tree_size) FROM nabij.checkpoint WHERE log_id = (SELECT nabij.current_log())) AS tree_size,
    (SELECT max(signed_at) FROM nabij.checkpoint WHERE log_id = (SELECT nabij.current_log())) AS signed_at,
    (SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'nabij-worker') AS worker_sessions
