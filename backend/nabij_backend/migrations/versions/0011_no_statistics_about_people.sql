-- ANALYZE copies values of columns into pg_statistic, where they outlive the rows: autovacuum had filled it
-- with squares, and they stayed after a withdrawal. Only the public tables keep statistics. The statements
-- about people find their rows by primary key, which the planner uses without any.
DO $$
DECLARE held record;
BEGIN
    FOR held IN
        SELECT attrelid::regclass AS relation, attname
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'nabij'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
            AND relname NOT IN ('source', 'catalogue', 'notice', 'alembic_version')
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', held.relation, held.attname);
    END LOOP;
END $$;

-- What was collected before goes. Only a superuser can delete it, and see whether there is any.
RESET ROLE;
DO $$ BEGIN
    IF current_setting('is_superuser') = 'on' THEN
        DELETE FROM pg_statistic WHERE starelid IN (
            SELECT oid FROM pg_class WHERE relnamespace = 'nabij'::regnamespace
                AND relname NOT IN ('source', 'catalogue', 'notice', 'alembic_version')
        );
    ELSIF EXISTS (
        SELECT FROM pg_class WHERE relnamespace = 'nabij'::regnamespace AND relkind = 'r' AND reltuples > 0
            AND relname NOT IN ('source', 'catalogue', 'notice', 'alembic_version')
    ) THEN
        RAISE EXCEPTION 'The planner statistics of this database may hold values about people.'
            USING HINT = 'Run this migration once as a superuser, who alone can delete them.';
    END IF;
END $$;
SET LOCAL ROLE nabij_owner;
