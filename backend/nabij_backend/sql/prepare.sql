-- What a database needs before its first migration. Every statement may run again.

-- name: create_owner
-- Owns the schema and may change it.
DO $$ BEGIN CREATE ROLE nabij_owner NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

-- name: create_api
-- What the service runs as: no DDL, no way around row-level security.
DO $$ BEGIN CREATE ROLE nabij_api NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

-- name: create_operator
-- What the supplier's operators run as: notices and sources.
DO $$ BEGIN CREATE ROLE nabij_operator NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

-- name: create_worker
-- What time does: sequencing the log, ending what is over, telling sleeping devices.
DO $$ BEGIN CREATE ROLE nabij_worker NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

-- name: create_auditor
-- Reads acts, grants and the log of everybody to check them; changes nothing.
DO $$ BEGIN CREATE ROLE nabij_auditor NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

-- name: create_postgis
-- Geometry types, functions and indexes.
CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public;

-- name: create_schema
-- Everything that Nabij keeps.
CREATE SCHEMA IF NOT EXISTS nabij AUTHORIZATION nabij_owner;

-- name: keep_bytes_out
-- Nobody stores bytes where nothing erases (large objects, temporary tables, messages in the WAL), and
-- nobody reads planner statistics through PostGIS. PostgreSQL and PostGIS allow both to PUBLIC. Operators
-- keep temporary tables: an import puts a register into one, which ends with its transaction.
DO $$
DECLARE callable regprocedure;
BEGIN
    IF current_setting('is_superuser') = 'off' THEN RETURN; END IF;
    EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO nabij_operator', current_database());
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    FOR callable IN
        SELECT oid FROM pg_proc
        WHERE (pronamespace = 'pg_catalog'::regnamespace
               AND (proname ~ '^lo_' OR proname IN ('lowrite', 'pg_logical_emit_message')))
           OR (pronamespace = 'public'::regnamespace AND proname IN (
                   'st_estimatedextent', '_postgis_stats', '_postgis_selectivity',
                   '_postgis_join_selectivity', '_postgis_index_extent'))
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', callable);
    END LOOP;
END $$
