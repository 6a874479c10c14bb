-- What a database needs before its first migration. Every statement may run again, then without a superuser.

-- name: create_roles
-- `nabij_owner` owns the schema and may change it. The service runs as `nabij_api`, the supplier's operators as
-- `nabij_operator`, background jobs as `nabij_worker`. `nabij_auditor` reads acts, grants and the log of
-- everybody to check them, and changes nothing. None gets around row-level security.
DO $$
DECLARE role text;
BEGIN
    FOREACH role IN ARRAY ARRAY[
        'nabij_owner', 'nabij_api', 'nabij_operator', 'nabij_worker', 'nabij_auditor'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', role);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- made meanwhile, for another database of this server
            END;
        END IF;
    END LOOP;
END $$;

-- name: create_postgis
-- Geometry types, functions and indexes.
CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public;

-- name: create_schema
-- Everything that Nabij keeps.
DO $$ BEGIN
    IF to_regnamespace('nabij') IS NULL THEN
        CREATE SCHEMA nabij AUTHORIZATION nabij_owner;
    END IF;
END $$;

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
