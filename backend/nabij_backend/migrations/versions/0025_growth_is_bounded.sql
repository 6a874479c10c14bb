-- What time empties is found by its time, in the tables that grow with customers and what they do.
CREATE INDEX access_log_read_at_idx ON nabij.access_log (read_at);
CREATE INDEX device_seen_on_idx ON nabij.device (seen_on);
CREATE INDEX notice_served_served_at_idx ON nabij.notice_served (served_at) WHERE used_at IS NULL;

-- Each hour keeps the last checkpoint of a log, and so does each that a witness cosigned (by its foreign key). The
-- others go: a proof is made of leaves and nodes, and names whatever checkpoint is newest.
DROP TRIGGER insert_only ON nabij.checkpoint;
CREATE TRIGGER insert_only BEFORE UPDATE OR TRUNCATE ON nabij.checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();

CREATE FUNCTION nabij.require_later_in_hour() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF date_trunc('hour', OLD.signed_at, 'UTC') IS DISTINCT FROM (
        SELECT date_trunc('hour', signed_at, 'UTC') FROM nabij.checkpoint
        WHERE log_id = OLD.log_id AND tree_size > OLD.tree_size ORDER BY tree_size LIMIT 1
    ) THEN
        RAISE EXCEPTION 'the last checkpoint of an hour stays'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Delete those before it.';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER one_an_hour BEFORE DELETE ON nabij.checkpoint
    FOR EACH ROW EXECUTE FUNCTION nabij.require_later_in_hour();

GRANT DELETE ON nabij.checkpoint TO nabij_worker;
