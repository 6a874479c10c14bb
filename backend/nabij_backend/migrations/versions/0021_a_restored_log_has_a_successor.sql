-- A restored log that goes on under its own name contradicts what it signed before. Now it goes on under another
-- name, and says which log it continues, how many leaves both share, since when and why.
ALTER TABLE nabij.consent_log
    DROP COLUMN singleton,
    ADD COLUMN number smallint NOT NULL DEFAULT 0,
    ADD COLUMN shared_size bigint,
    ADD COLUMN begun_at timestamptz,
    ADD COLUMN reason text,
    ALTER COLUMN number SET STATISTICS 0,
    ALTER COLUMN shared_size SET STATISTICS 0,
    ALTER COLUMN begun_at SET STATISTICS 0,
    ALTER COLUMN reason SET STATISTICS 0,
    ADD CONSTRAINT consent_log_pkey PRIMARY KEY (number),
    ADD CONSTRAINT consent_log_log_id_key UNIQUE (log_id),
    ADD CONSTRAINT consent_log_number_check CHECK (number >= 0),
    ADD CONSTRAINT consent_log_shared_size_check CHECK (shared_size >= 0),
    ADD CONSTRAINT consent_log_begun_at_era_check CHECK (begun_at >= '2020-01-01 00:00Z'),
    ADD CONSTRAINT consent_log_reason_check CHECK (reason IN ('acts-lost', 'not-known')),
    ADD CONSTRAINT consent_log_succession_check CHECK (
        num_nonnulls(shared_size, begun_at, reason) = CASE number WHEN 0 THEN 0 ELSE 3 END
    );

CREATE FUNCTION nabij.require_next_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> 1 + (SELECT max(number) FROM nabij.consent_log) THEN
        RAISE EXCEPTION 'logs are numbered without gaps'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Number it one more than the last.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER numbered_without_gaps BEFORE INSERT ON nabij.consent_log
    FOR EACH ROW EXECUTE FUNCTION nabij.require_next_log();
CREATE TRIGGER dated BEFORE INSERT ON nabij.consent_log
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('begun_at');

CREATE FUNCTION nabij.current_log() RETURNS uuid LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT log_id FROM nabij.consent_log ORDER BY number DESC LIMIT 1;
END;

-- What was signed so far is of the one log that there was. A constant for a default writes no row anew.
DO $$
DECLARE only_log uuid := nabij.current_log();
BEGIN
    EXECUTE format('ALTER TABLE nabij.checkpoint ADD COLUMN log_id uuid NOT NULL DEFAULT %L', only_log);
    EXECUTE format('ALTER TABLE nabij.cosignature ADD COLUMN log_id uuid NOT NULL DEFAULT %L', only_log);
END $$;
ALTER TABLE nabij.cosignature
    DROP CONSTRAINT cosignature_tree_size_fkey,
    DROP CONSTRAINT cosignature_pkey,
    ADD CONSTRAINT cosignature_pkey PRIMARY KEY (log_id, tree_size, origin, witness),
    ALTER COLUMN log_id SET STATISTICS 0,
    ALTER COLUMN log_id SET DEFAULT nabij.current_log();
ALTER TABLE nabij.checkpoint
    DROP CONSTRAINT checkpoint_pkey,
    ADD CONSTRAINT checkpoint_pkey PRIMARY KEY (log_id, tree_size),
    ADD CONSTRAINT checkpoint_log_id_fkey FOREIGN KEY (log_id) REFERENCES nabij.consent_log (log_id),
    ALTER COLUMN log_id SET STATISTICS 0,
    ALTER COLUMN log_id SET DEFAULT nabij.current_log();
ALTER TABLE nabij.cosignature
    ADD CONSTRAINT cosignature_log_id_tree_size_fkey FOREIGN KEY (log_id, tree_size)
        REFERENCES nabij.checkpoint (log_id, tree_size);

-- As before, but for the newest head of each log alone: to look at every head took longer with each of them.
CREATE OR REPLACE FUNCTION nabij.require_newest_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.tree_size <> (SELECT coalesce(max(position) + 1, 0) FROM nabij.consent_leaf)
        OR NEW.signed_at < (
            SELECT max(newest.signed_at) FROM nabij.consent_log CROSS JOIN LATERAL (
                SELECT signed_at FROM nabij.checkpoint
                WHERE checkpoint.log_id = consent_log.log_id ORDER BY tree_size DESC LIMIT 1
            ) AS newest
        ) THEN
        RAISE EXCEPTION 'a checkpoint is of the tree as it is, and of no earlier time'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Sign the tree as it is.';
    END IF;
    RETURN NEW;
END $$;
