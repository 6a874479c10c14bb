-- PostgreSQL lets every role NOTIFY and LISTEN. One that named an act ahead of the last had silenced a real
-- withdrawal, and whoever listened was told who had done something. From now on a notification says "look" and
-- nothing else, on a channel whose name only those know who may read it here.
CREATE TABLE nabij.notification_channel (
    singleton boolean DEFAULT true NOT NULL,
    name text NOT NULL,
    CONSTRAINT notification_channel_pkey PRIMARY KEY (singleton),
    CONSTRAINT notification_channel_singleton_check CHECK (singleton),
    CONSTRAINT notification_channel_name_check CHECK (name ~ '^nabij_[0-9a-f]{32}$')
);
ALTER TABLE nabij.notification_channel
    ALTER COLUMN singleton SET STATISTICS 0, ALTER COLUMN name SET STATISTICS 0;
INSERT INTO nabij.notification_channel (name)
VALUES ('nabij_' || replace(gen_random_uuid()::text, '-', ''));

-- Who writes what is told of. The worker deletes devices.
GRANT SELECT ON nabij.notification_channel TO nabij_api, nabij_operator, nabij_worker;

DROP TRIGGER told ON nabij.consent_event;
DROP TRIGGER told ON nabij.notice;
DROP TRIGGER told ON nabij.catalogue;
DROP TRIGGER told ON nabij.device;
DROP FUNCTION nabij.tell_of_act(), nabij.tell_of_notice(), nabij.tell_of_catalogue(), nabij.tell_of_device();

CREATE FUNCTION nabij.tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE (SELECT format('NOTIFY %I', name) FROM nabij.notification_channel);
    RETURN NULL;
END $$;

CREATE TRIGGER told AFTER INSERT ON nabij.consent_event
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.tell();
CREATE TRIGGER told AFTER INSERT ON nabij.notice
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.tell();
CREATE TRIGGER told AFTER UPDATE ON nabij.catalogue
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.tell();
CREATE TRIGGER told AFTER UPDATE OF acknowledged_number OR DELETE ON nabij.device
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.tell();
-- An erasure tells the devices of whoever is gone.
CREATE TRIGGER told AFTER DELETE ON nabij.subject
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.tell();

-- A process reads at once what is the case for all who listen to it. It names them, as it names the one person
-- whom a transaction is of; with neither name it sees nobody.
CREATE FUNCTION nabij.listening() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(nullif(current_setting('nabij.listening', true), ''), '{}')::uuid[];

DO $$
DECLARE personal text;
BEGIN
    FOREACH personal IN ARRAY ARRAY['subject', 'consent_event', 'device'] LOOP
        EXECUTE format(
            'CREATE POLICY of_those_who_listen ON nabij.%I FOR SELECT TO nabij_api '
            'USING (subject_id IN (SELECT unnest(nabij.listening())))',
            personal
        );
    END LOOP;
END $$;
