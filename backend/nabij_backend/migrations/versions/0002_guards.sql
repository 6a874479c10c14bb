-- Nobody has anything by default.
REVOKE ALL ON SCHEMA nabij FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA nabij FROM PUBLIC;
GRANT USAGE ON SCHEMA nabij TO nabij_api, nabij_operator;

-- Evidence never changes: not by the service, not by its owner.
CREATE FUNCTION nabij.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', HINT = 'Insert a new row instead.';
END $$;

CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nabij.notice
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nabij.consent_event
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nabij.consent_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nabij.checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();

-- The acts of a person are numbered 1, 2, 3 and so on: one that is missing shows.
CREATE FUNCTION nabij.require_next_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> 1 + (
        SELECT coalesce(max(number), 0) FROM nabij.consent_event WHERE subject_id = NEW.subject_id
    ) THEN
        RAISE EXCEPTION 'acts are numbered without gaps'
            USING ERRCODE = 'integrity_constraint_violation',
                  HINT = 'Number it one more than the last act of this person.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER numbered_without_gaps BEFORE INSERT ON nabij.consent_event
    FOR EACH ROW EXECUTE FUNCTION nabij.require_next_number();

-- Under REPEATABLE READ a cascade does not see what others committed meanwhile, and rows would
-- outlive their grant.
CREATE FUNCTION nabij.require_read_committed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a grant ends under READ COMMITTED only'
            USING ERRCODE = 'active_sql_transaction', HINT = 'Begin with READ COMMITTED.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER read_committed_only BEFORE DELETE ON nabij.live_grant
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.require_read_committed();

-- Rows about a person are visible to that person's transactions only, the owner's included.
CREATE FUNCTION nabij.current_subject() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('nabij.subject', true), '')::uuid;

DO $$
DECLARE personal text;
BEGIN
    FOREACH personal IN ARRAY ARRAY[
        'subject', 'identity', 'device', 'notice_served', 'consent_event', 'live_grant',
        'gps_status', 'gsm_status', 'wifi_status',
        'choice', 'objection', 'access_log', 'request', 'push_outbox'
    ] LOOP
        EXECUTE format('ALTER TABLE nabij.%I ENABLE ROW LEVEL SECURITY', personal);
        EXECUTE format('ALTER TABLE nabij.%I FORCE ROW LEVEL SECURITY', personal);
        EXECUTE format(
            'CREATE POLICY own_rows ON nabij.%I USING (subject_id = nabij.current_subject())',
            personal
        );
    END LOOP;
END $$;

-- A sign-in finds its subject by the digest that only the service can compute.
CREATE POLICY by_sign_in ON nabij.identity FOR SELECT TO nabij_api
    USING (digest = decode(nullif(current_setting('nabij.sign_in', true), ''), 'hex'));

-- What the service does, feature by feature.
GRANT SELECT ON nabij.alembic_version, nabij.notice, nabij.source, nabij.catalogue
    TO nabij_api, nabij_operator;
GRANT SELECT, INSERT ON nabij.subject, nabij.identity TO nabij_api;
GRANT SELECT, INSERT (subject_id, device_id, platform), UPDATE (platform) ON nabij.device
    TO nabij_api;
GRANT SELECT, INSERT, UPDATE (used_at) ON nabij.notice_served TO nabij_api;
GRANT SELECT, INSERT ON nabij.consent_event TO nabij_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON nabij.live_grant TO nabij_api;
GRANT SELECT, INSERT, UPDATE ON nabij.gps_status, nabij.gsm_status, nabij.wifi_status TO nabij_api;

-- What the supplier's operators do.
GRANT INSERT ON nabij.notice TO nabij_operator;
GRANT INSERT, UPDATE, DELETE ON nabij.source TO nabij_operator;
GRANT UPDATE ON nabij.catalogue TO nabij_operator;

INSERT INTO nabij.catalogue (version, changed_at) VALUES (0, now());
