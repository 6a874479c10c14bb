-- No release has made such notices; they do not say who answers for them, so nothing follows from
-- what was agreed under one.
DO $$ BEGIN
    IF EXISTS (SELECT FROM nabij.notice WHERE NOT document ? 'material_since') THEN
        RAISE EXCEPTION 'This database is older than the first release, and its notices say too little.'
            USING HINT = 'Begin with an empty database; for the private one, delete the data folder (.nabij).';
    END IF;
END $$;

CREATE TYPE nabij.method AS ENUM ('app', 'operator', 'expiry', 'restore');
CREATE TYPE nabij.reader AS ENUM ('dashboard', 'export', 'operator', 'agent');
CREATE TYPE nabij.request_kind AS ENUM ('insight', 'correction', 'erasure', 'restriction', 'portability', 'objection');
CREATE TYPE nabij.identity_check AS ENUM ('signed-in', 'call-back', 'letter-code', 'in-person');
CREATE TYPE nabij.outcome AS ENUM ('done', 'refused', 'withdrawn');

-- Which earlier versions still count is part of the notice itself.
ALTER TABLE nabij.notice
    ADD COLUMN material_since integer GENERATED ALWAYS AS
        ((document ->> 'material_since')::integer) STORED NOT NULL,
    ADD CONSTRAINT notice_material_since_check CHECK (material_since BETWEEN 1 AND version);

ALTER TABLE nabij.consent_event
    ADD COLUMN method nabij.method NOT NULL DEFAULT 'app',
    ADD COLUMN mandate_id uuid,
    ALTER COLUMN device_id DROP NOT NULL,
    ADD CONSTRAINT consent_event_app_is_a_device_check
        CHECK ((method = 'app') <= (device_id IS NOT NULL));
ALTER TABLE nabij.consent_event ALTER COLUMN method DROP DEFAULT;

ALTER TABLE nabij.live_grant
    ADD COLUMN retention_days integer NOT NULL DEFAULT 30,
    ADD CONSTRAINT live_grant_retention_days_check CHECK (retention_days BETWEEN 1 AND 3650),
    DROP CONSTRAINT live_grant_subject_id_event_number_fkey,
    ADD CONSTRAINT live_grant_subject_id_event_number_fkey
        FOREIGN KEY (subject_id, event_number)
        REFERENCES nabij.consent_event (subject_id, number) ON DELETE CASCADE;
ALTER TABLE nabij.live_grant ALTER COLUMN retention_days DROP DEFAULT;

ALTER TABLE nabij.device
    ADD COLUMN seen_on date NOT NULL DEFAULT current_date,
    ADD COLUMN acknowledged_number bigint,
    ADD CONSTRAINT device_acknowledged_whole_check
        CHECK ((acknowledged_number IS NULL) = (acknowledged_at IS NULL)),
    ADD CONSTRAINT device_push_token_check CHECK (push_token ~ '^[A-Za-z0-9_:-]+$' AND length(push_token) BETWEEN 20 AND 4096),
    ADD CONSTRAINT device_subject_id_acknowledged_number_fkey
        FOREIGN KEY (subject_id, acknowledged_number)
        REFERENCES nabij.consent_event (subject_id, number),
    ADD CONSTRAINT device_seen_on_era_check CHECK (seen_on >= '2020-01-01');
ALTER TABLE nabij.device ALTER COLUMN seen_on DROP DEFAULT;

-- The worker asks every minute what is over.
CREATE INDEX live_grant_expires_at_idx ON nabij.live_grant (expires_at);

-- What people and operators wrote is carried over. That an answer waits for a device is found out anew.
ALTER TABLE nabij.access_log NO FORCE ROW LEVEL SECURITY;
ALTER TABLE nabij.request NO FORCE ROW LEVEL SECURITY;
CREATE TABLE nabij.earlier_access_log AS SELECT * FROM nabij.access_log;
CREATE TABLE nabij.earlier_request AS SELECT * FROM nabij.request;
DROP TABLE nabij.access_log, nabij.request, nabij.push_outbox;

CREATE TABLE nabij.access_log (
    subject_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    reader nabij.reader NOT NULL,
    reader_id uuid,
    purpose text NOT NULL,
    read_at timestamptz NOT NULL,
    CONSTRAINT access_log_pkey PRIMARY KEY (subject_id, entry_id),
    CONSTRAINT access_log_reader_check CHECK ((reader IN ('operator', 'agent')) = (reader_id IS NOT NULL)),
    CONSTRAINT access_log_purpose_slug_check CHECK (purpose ~ '^[a-z]+(-[a-z]+)*$'),
    CONSTRAINT access_log_read_at_era_check CHECK (read_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.request (
    subject_id uuid NOT NULL,
    request_id uuid NOT NULL,
    kind nabij.request_kind NOT NULL,
    received_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    identity_check nabij.identity_check,
    checked_at timestamptz,
    outcome nabij.outcome,
    answered_at timestamptz,
    CONSTRAINT request_pkey PRIMARY KEY (subject_id, request_id),
    CONSTRAINT request_due_at_check CHECK (due_at > received_at),
    CONSTRAINT request_checked_whole_check CHECK ((identity_check IS NULL) = (checked_at IS NULL)),
    CONSTRAINT request_answered_whole_check CHECK ((outcome IS NULL) = (answered_at IS NULL)),
    CONSTRAINT request_known_before_answered_check CHECK (outcome IS NULL OR outcome = 'withdrawn' OR identity_check IS NOT NULL),
    CONSTRAINT request_received_at_era_check CHECK (received_at >= '2020-01-01 00:00Z'),
    CONSTRAINT request_due_at_era_check CHECK (due_at >= '2020-01-01 00:00Z'),
    CONSTRAINT request_checked_at_era_check CHECK (checked_at >= '2020-01-01 00:00Z'),
    CONSTRAINT request_answered_at_era_check CHECK (answered_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.mandate (
    subject_id uuid NOT NULL,
    mandate_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    document_digest bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT mandate_pkey PRIMARY KEY (subject_id, mandate_id),
    CONSTRAINT mandate_agent_id_mandate_id_key UNIQUE (agent_id, mandate_id),
    CONSTRAINT mandate_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES nabij.subject (subject_id) ON DELETE CASCADE,
    CONSTRAINT mandate_document_digest_check CHECK (octet_length(document_digest) = 32),
    CONSTRAINT mandate_expires_at_check CHECK (expires_at > recorded_at),
    CONSTRAINT mandate_agent_is_another_check CHECK (agent_id <> subject_id),
    CONSTRAINT mandate_recorded_at_era_check CHECK (recorded_at >= '2020-01-01 00:00Z'),
    CONSTRAINT mandate_expires_at_era_check CHECK (expires_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.push_outbox (
    subject_id uuid NOT NULL,
    device_id uuid NOT NULL,
    message_id uuid NOT NULL,
    attempts integer NOT NULL,
    queued_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    CONSTRAINT push_outbox_pkey PRIMARY KEY (subject_id, device_id),
    CONSTRAINT push_outbox_attempts_check CHECK (attempts BETWEEN 0 AND 100),
    CONSTRAINT push_outbox_queued_at_era_check CHECK (queued_at >= '2020-01-01 00:00Z'),
    CONSTRAINT push_outbox_due_at_era_check CHECK (due_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.operator (
    operator_id uuid NOT NULL,
    digest bytea NOT NULL,
    added_at timestamptz NOT NULL,
    removed_at timestamptz,
    CONSTRAINT operator_pkey PRIMARY KEY (operator_id),
    CONSTRAINT operator_digest_key UNIQUE (digest),
    CONSTRAINT operator_digest_length_check CHECK (octet_length(digest) = 32),
    CONSTRAINT operator_added_at_era_check CHECK (added_at >= '2020-01-01 00:00Z'),
    CONSTRAINT operator_removed_at_era_check CHECK (removed_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.operator_log (
    entry_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    action text NOT NULL,
    done_at timestamptz NOT NULL,
    CONSTRAINT operator_log_pkey PRIMARY KEY (entry_id),
    CONSTRAINT operator_log_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES nabij.operator (operator_id),
    CONSTRAINT operator_log_action_slug_check CHECK (action ~ '^[a-z]+(-[a-z]+)*$'),
    CONSTRAINT operator_log_done_at_era_check CHECK (done_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.consent_log (
    singleton boolean DEFAULT true NOT NULL,
    log_id uuid NOT NULL,
    CONSTRAINT consent_log_pkey PRIMARY KEY (singleton),
    CONSTRAINT consent_log_singleton_check CHECK (singleton)
);
INSERT INTO nabij.consent_log (log_id) VALUES (gen_random_uuid());

CREATE TABLE nabij.pending_leaf (
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    leaf_hash bytea NOT NULL,
    CONSTRAINT pending_leaf_pkey PRIMARY KEY (arrival),
    CONSTRAINT pending_leaf_leaf_hash_key UNIQUE (leaf_hash),
    CONSTRAINT pending_leaf_leaf_hash_check CHECK (octet_length(leaf_hash) = 32)
);

CREATE TABLE nabij.consent_node (
    level smallint NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT consent_node_pkey PRIMARY KEY (level, index),
    CONSTRAINT consent_node_level_check CHECK (level BETWEEN 1 AND 62),
    CONSTRAINT consent_node_index_check CHECK (index >= 0),
    CONSTRAINT consent_node_hash_check CHECK (octet_length(hash) = 32)
);

-- Leaves whose acts went with their person. A leaf in the log with neither an act nor a line here
-- is of an act that somebody deleted.
CREATE TABLE nabij.erased_leaf (
    leaf_hash bytea NOT NULL,
    CONSTRAINT erased_leaf_pkey PRIMARY KEY (leaf_hash),
    CONSTRAINT erased_leaf_leaf_hash_check CHECK (octet_length(leaf_hash) = 32)
);

-- Erasing an account is deleting its subject: every row about the person goes with it.
DO $$
DECLARE personal text;
BEGIN
    FOREACH personal IN ARRAY ARRAY[
        'identity', 'device', 'notice_served', 'consent_event', 'choice', 'objection'
    ] LOOP
        EXECUTE format('ALTER TABLE nabij.%1$I DROP CONSTRAINT %1$s_subject_id_fkey', personal);
    END LOOP;
    FOREACH personal IN ARRAY ARRAY[
        'identity', 'device', 'notice_served', 'consent_event', 'choice', 'objection',
        'access_log', 'request', 'mandate', 'push_outbox'
    ] LOOP
        EXECUTE format(
            'ALTER TABLE nabij.%1$I ADD CONSTRAINT %1$s_subject_id_fkey '
            'FOREIGN KEY (subject_id) REFERENCES nabij.subject (subject_id) ON DELETE CASCADE',
            personal
        );
    END LOOP;
    FOREACH personal IN ARRAY ARRAY['gps_status', 'gsm_status', 'wifi_status', 'push_outbox'] LOOP
        EXECUTE format(
            'ALTER TABLE nabij.%1$I DROP CONSTRAINT IF EXISTS %1$s_subject_id_device_id_fkey, '
            'ADD CONSTRAINT %1$s_subject_id_device_id_fkey FOREIGN KEY (subject_id, device_id) '
            'REFERENCES nabij.device (subject_id, device_id) ON DELETE CASCADE',
            personal
        );
    END LOOP;
END $$;

-- An act goes with its person, and never alone.
CREATE FUNCTION nabij.refuse_delete_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM nabij.subject WHERE subject_id = OLD.subject_id) THEN
        RAISE EXCEPTION 'an act is deleted with its person only'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Erase the account.';
    END IF;
    RETURN OLD;
END $$;

DROP TRIGGER insert_only ON nabij.consent_event;
CREATE TRIGGER insert_only BEFORE UPDATE OR TRUNCATE ON nabij.consent_event
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();
CREATE TRIGGER deleted_with_its_person BEFORE DELETE ON nabij.consent_event
    FOR EACH ROW EXECUTE FUNCTION nabij.refuse_delete_alone();

-- A cascade works with the power of the owner, so no other role may write here. That is so before
-- each row goes; what comes after works with the power of whoever began.
CREATE FUNCTION nabij.remember_erased_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO nabij.erased_leaf (leaf_hash) VALUES (OLD.leaf_hash);
    RETURN OLD;
END $$;

CREATE TRIGGER leaf_is_remembered BEFORE DELETE ON nabij.consent_event
    FOR EACH ROW EXECUTE FUNCTION nabij.remember_erased_leaf();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nabij.erased_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nabij.consent_node
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nabij.consent_log
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nabij.erasure
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nabij.operator_log
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();

-- Whoever listens hears of an act or a notice when it is committed, however it came about.
CREATE FUNCTION nabij.tell_of_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('nabij_consent', NEW.subject_id || ' ' || NEW.number);
    RETURN NULL;
END $$;

CREATE FUNCTION nabij.tell_of_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('nabij_notice', NEW.version::text);
    RETURN NULL;
END $$;

CREATE TRIGGER told AFTER INSERT ON nabij.consent_event
    FOR EACH ROW EXECUTE FUNCTION nabij.tell_of_act();
CREATE TRIGGER told AFTER INSERT ON nabij.notice
    FOR EACH ROW EXECUTE FUNCTION nabij.tell_of_notice();

DO $$
DECLARE personal text;
BEGIN
    FOREACH personal IN ARRAY ARRAY['access_log', 'request', 'mandate', 'push_outbox'] LOOP
        EXECUTE format('ALTER TABLE nabij.%I ENABLE ROW LEVEL SECURITY', personal);
        EXECUTE format('ALTER TABLE nabij.%I FORCE ROW LEVEL SECURITY', personal);
        EXECUTE format(
            'CREATE POLICY own_rows ON nabij.%I USING (subject_id = nabij.current_subject())',
            personal
        );
    END LOOP;
END $$;

-- Who holds a mandate sees it, and nothing else of the person until it is used.
CREATE POLICY by_agent ON nabij.mandate FOR SELECT TO nabij_api
    USING (agent_id = nabij.current_subject());

GRANT SELECT ON nabij.consent_log, nabij.consent_leaf, nabij.consent_node, nabij.checkpoint
    TO nabij_api;
GRANT INSERT (leaf_hash) ON nabij.pending_leaf TO nabij_api;
GRANT DELETE ON nabij.subject TO nabij_api;
GRANT INSERT, UPDATE (push_token, seen_on, acknowledged_number, acknowledged_at)
    ON nabij.device TO nabij_api;
GRANT SELECT, INSERT, DELETE ON nabij.choice, nabij.objection TO nabij_api;
GRANT SELECT, INSERT ON nabij.access_log, nabij.erasure TO nabij_api;
GRANT SELECT, INSERT, UPDATE (identity_check, checked_at, outcome, answered_at)
    ON nabij.request TO nabij_api;
GRANT SELECT, INSERT, UPDATE (expires_at) ON nabij.mandate TO nabij_api;
GRANT SELECT, INSERT, UPDATE ON nabij.push_outbox TO nabij_api;

-- Operators see what is due and for whom; everything else about a person they do as that person.
CREATE POLICY of_everybody ON nabij.request FOR SELECT TO nabij_operator USING (true);
GRANT SELECT ON nabij.request, nabij.operator TO nabij_operator;
GRANT INSERT ON nabij.operator_log TO nabij_operator;

-- The worker finds what time has ended and tells sleeping devices. Columns that say where somebody
-- is are not among those it may read.
DO $$
DECLARE personal text;
BEGIN
    FOREACH personal IN ARRAY ARRAY[
        'live_grant', 'gps_status', 'gsm_status', 'wifi_status', 'notice_served', 'device',
        'access_log', 'request', 'mandate', 'push_outbox'
    ] LOOP
        EXECUTE format(
            'CREATE POLICY of_everybody_to_keep ON nabij.%I TO nabij_worker USING (true)', personal
        );
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA nabij TO nabij_worker, nabij_auditor;
GRANT SELECT ON nabij.alembic_version, nabij.notice, nabij.consent_log
    TO nabij_worker, nabij_auditor;
GRANT SELECT, DELETE ON nabij.pending_leaf TO nabij_worker;
GRANT SELECT, INSERT ON nabij.consent_leaf, nabij.consent_node, nabij.checkpoint TO nabij_worker;
GRANT SELECT (subject_id, purpose, signal, notice_version, expires_at, retention_days)
    ON nabij.live_grant TO nabij_worker;
GRANT SELECT (subject_id, purpose, device_id, signal, hour), DELETE
    ON nabij.gps_status, nabij.gsm_status, nabij.wifi_status TO nabij_worker;
GRANT SELECT (subject_id, nonce, served_at, used_at), DELETE ON nabij.notice_served TO nabij_worker;
GRANT SELECT (subject_id, device_id, push_token, seen_on), UPDATE (push_token), DELETE
    ON nabij.device TO nabij_worker;
GRANT SELECT (subject_id, entry_id, read_at), DELETE ON nabij.access_log TO nabij_worker;
GRANT SELECT (subject_id, request_id, due_at, answered_at), DELETE
    ON nabij.request TO nabij_worker;
GRANT SELECT (subject_id, mandate_id, expires_at), DELETE ON nabij.mandate TO nabij_worker;
GRANT SELECT, UPDATE, DELETE ON nabij.push_outbox TO nabij_worker;

-- The auditor compares acts, grants and the log, and changes nothing.
DO $$
DECLARE personal text;
BEGIN
    FOREACH personal IN ARRAY ARRAY[
        'subject', 'consent_event', 'live_grant', 'gps_status', 'gsm_status', 'wifi_status'
    ] LOOP
        EXECUTE format(
            'CREATE POLICY of_everybody_to_check ON nabij.%I FOR SELECT TO nabij_auditor '
            'USING (true)', personal
        );
    END LOOP;
END $$;
GRANT SELECT ON nabij.subject, nabij.consent_event, nabij.live_grant, nabij.pending_leaf,
    nabij.consent_leaf, nabij.consent_node, nabij.checkpoint, nabij.erasure, nabij.erased_leaf
    TO nabij_auditor;
GRANT SELECT (subject_id, purpose, device_id, signal, hour)
    ON nabij.gps_status, nabij.gsm_status, nabij.wifi_status TO nabij_auditor;

-- Of a look, who looked was a word; of a check, how it was made was not kept.
ALTER TABLE nabij.access_log NO FORCE ROW LEVEL SECURITY;
ALTER TABLE nabij.request NO FORCE ROW LEVEL SECURITY;
INSERT INTO nabij.access_log
    SELECT subject_id, gen_random_uuid(),
        CASE WHEN reader IN ('dashboard', 'export') THEN reader::nabij.reader ELSE 'operator' END,
        CASE WHEN reader IN ('dashboard', 'export') THEN NULL ELSE '00000000-0000-0000-0000-000000000000'::uuid END,
        coalesce(nullif(trim(BOTH '-' FROM regexp_replace(lower(purpose), '[^a-z]+', '-', 'g')), ''), 'unknown'),
        read_at
    FROM nabij.earlier_access_log;
INSERT INTO nabij.request
    SELECT subject_id, request_id, kind::nabij.request_kind, received_at, due_at,
        CASE WHEN identity_checked OR answered_at IS NOT NULL THEN 'signed-in'::nabij.identity_check END,
        CASE WHEN identity_checked OR answered_at IS NOT NULL THEN coalesce(answered_at, received_at) END,
        CASE WHEN answered_at IS NOT NULL THEN 'done'::nabij.outcome END,
        answered_at
    FROM nabij.earlier_request;
DROP TABLE nabij.earlier_access_log, nabij.earlier_request;
ALTER TABLE nabij.access_log FORCE ROW LEVEL SECURITY;
ALTER TABLE nabij.request FORCE ROW LEVEL SECURITY;
