-- The service's own role could store a grant under an act that refused, of a purpose that no notice asks for, until
-- 2199, and a status under it. What the service checks, PostgreSQL now checks too.

-- How far apart the clock of a host and the database's may be. Only the owner can change it, for instance where time
-- is made up.
CREATE TABLE nabij.clock_tolerance (
    singleton boolean DEFAULT true NOT NULL,
    apart interval DEFAULT '5 minutes' NOT NULL,
    CONSTRAINT clock_tolerance_pkey PRIMARY KEY (singleton),
    CONSTRAINT clock_tolerance_singleton_check CHECK (singleton),
    CONSTRAINT clock_tolerance_apart_check CHECK (apart >= '0')
);
ALTER TABLE nabij.clock_tolerance
    ALTER COLUMN singleton SET STATISTICS 0, ALTER COLUMN apart SET STATISTICS 0;
INSERT INTO nabij.clock_tolerance DEFAULT VALUES;
GRANT SELECT ON nabij.clock_tolerance TO nabij_api, nabij_operator, nabij_worker;

-- An act that grants: the customer's own, under a notice that they were shown.
CREATE FUNCTION nabij.require_shown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'granted' AND NOT EXISTS (
        SELECT FROM nabij.notice_served
        WHERE subject_id = NEW.subject_id AND nonce = NEW.nonce AND notice_version = NEW.notice_version
    ) THEN
        RAISE EXCEPTION 'nobody agrees to a notice that they were not shown'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Serve the notice first.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER granted_after_it_was_shown BEFORE INSERT ON nabij.consent_event
    FOR EACH ROW EXECUTE FUNCTION nabij.require_shown();

ALTER TABLE nabij.consent_event
    ADD CONSTRAINT consent_event_nobody_grants_for_another_check
        CHECK (kind <> 'granted' OR mandate_id IS NULL);

-- A grant: of an act that granted just this and that nothing has ended since, as its notice says, and of now.
ALTER TABLE nabij.live_grant
    ADD CONSTRAINT live_grant_at_most_a_year_check
        CHECK (extract(epoch FROM expires_at - granted_at) <= 366 * 86400);

CREATE FUNCTION nabij.granted(
    of_subject uuid, of_number bigint, of_purpose text, of_signal nabij.signal
) RETURNS SETOF nabij.consent_event LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT consent_event.* FROM nabij.consent_event
    WHERE subject_id = of_subject AND number = of_number
      AND kind = 'granted' AND purpose = of_purpose AND of_signal = ANY (signals);
END;

CREATE FUNCTION nabij.require_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM nabij.granted(NEW.subject_id, NEW.event_number, NEW.purpose, NEW.signal)
        WHERE notice_version = NEW.notice_version AND recorded_at = NEW.granted_at
    ) OR NOT EXISTS (
        SELECT FROM nabij.granted(NEW.subject_id, NEW.epoch, NEW.purpose, NEW.signal)
    ) OR EXISTS (
        SELECT FROM nabij.consent_event
        WHERE subject_id = NEW.subject_id AND number > NEW.epoch AND kind <> 'granted'
          AND NEW.signal = ANY (signals) AND (purpose = NEW.purpose OR purpose IS NULL)
    ) THEN
        RAISE EXCEPTION 'a grant lives by an act that granted it and that no later one has ended'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Record the act first.';
    END IF;
    IF NOT EXISTS (
        SELECT
        FROM nabij.notice,
            jsonb_to_recordset(document -> 'purposes') AS asked (purpose text, signals jsonb),
            jsonb_to_recordset(signals)
                AS terms (signal nabij.signal, resolution_m integer, retention_days integer)
        WHERE version = NEW.notice_version
          AND asked.purpose = NEW.purpose AND terms.signal = NEW.signal
          AND terms.retention_days = NEW.retention_days
          AND terms.resolution_m IS NOT DISTINCT FROM NEW.resolution_m
          AND extract(epoch FROM NEW.expires_at - NEW.granted_at)
              <= 86400 * (document ->> 'grant_days')::integer
    ) THEN
        RAISE EXCEPTION 'a grant is as its notice says'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Take the terms of the notice.';
    END IF;
    IF EXISTS (
        SELECT FROM nabij.objection WHERE subject_id = NEW.subject_id AND purpose = NEW.purpose
    ) THEN
        RAISE EXCEPTION 'nothing is granted to a purpose that is objected to'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Lift the objection first.';
    END IF;
    PERFORM nabij.require_now(NEW.granted_at, NEW.granted_at);
    RETURN NEW;
END $$;

-- Whether a time that a host wrote can be now.
CREATE FUNCTION nabij.require_now(earliest timestamptz, latest timestamptz) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE apart interval := (SELECT clock_tolerance.apart FROM nabij.clock_tolerance);
BEGIN
    IF NOT coalesce(earliest <= now() + apart AND latest >= now() - apart, false) THEN
        RAISE EXCEPTION 'the time is outside the clock tolerance'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'of_now',
                  HINT = 'Set the clock of the host, or of the database.';
    END IF;
END $$;

CREATE TRIGGER agreed BEFORE INSERT OR UPDATE ON nabij.live_grant
    FOR EACH ROW EXECUTE FUNCTION nabij.require_agreed();

-- An act that ends something leaves no grant of it behind: asked when all is done.
CREATE FUNCTION nabij.require_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM nabij.live_grant
        WHERE subject_id = NEW.subject_id AND epoch < NEW.number
          AND signal = ANY (NEW.signals) AND (purpose = NEW.purpose OR NEW.purpose IS NULL)
    ) THEN
        RAISE EXCEPTION 'no answer but yes leaves a grant'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Delete the grant, too.';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER leaves_no_grant AFTER INSERT ON nabij.consent_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind <> 'granted')
    EXECUTE FUNCTION nabij.require_ended();

-- A status: of a grant that has not run out, of an hour that has come and is kept, no finer than was agreed.
CREATE FUNCTION nabij.require_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE allowed nabij.live_grant;
BEGIN
    SELECT live_grant.* INTO allowed FROM nabij.live_grant
    WHERE subject_id = NEW.subject_id AND purpose = NEW.purpose AND signal = TG_ARGV[0]::nabij.signal;
    IF allowed.subject_id IS NULL THEN
        RETURN NEW; -- for the foreign key to refuse
    END IF;
    IF NEW.hour >= allowed.expires_at THEN
        RAISE EXCEPTION 'nothing is stored of a time after the grant'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Ask the customer again.';
    END IF;
    PERFORM nabij.require_now(NEW.hour, NEW.hour + make_interval(days => allowed.retention_days));
    RETURN NEW;
END $$;

CREATE FUNCTION nabij.require_coarse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.resolution_m < (
        SELECT resolution_m FROM nabij.live_grant
        WHERE subject_id = NEW.subject_id AND purpose = NEW.purpose AND signal = 'gps'
    ) THEN
        RAISE EXCEPTION 'no square is finer than was agreed'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Coarsen it first.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER allowed BEFORE INSERT OR UPDATE ON nabij.gps_status
    FOR EACH ROW EXECUTE FUNCTION nabij.require_allowed('gps');
CREATE TRIGGER allowed BEFORE INSERT OR UPDATE ON nabij.gsm_status
    FOR EACH ROW EXECUTE FUNCTION nabij.require_allowed('gsm');
CREATE TRIGGER allowed BEFORE INSERT OR UPDATE ON nabij.wifi_status
    FOR EACH ROW EXECUTE FUNCTION nabij.require_allowed('wifi');
CREATE TRIGGER coarse BEFORE INSERT OR UPDATE ON nabij.gps_status
    FOR EACH ROW EXECUTE FUNCTION nabij.require_coarse();

-- What is dated ahead would be kept too long. A day is allowed for: by more than that no host's clock is wrong and
-- still verifies a token.
CREATE FUNCTION nabij.require_past() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    dated jsonb := to_jsonb(NEW);
    latest timestamptz := now() + interval '1 day' + (SELECT apart FROM nabij.clock_tolerance);
    dates text;
BEGIN
    FOREACH dates IN ARRAY TG_ARGV LOOP
        IF (dated ->> dates)::timestamptz > latest THEN
            RAISE EXCEPTION 'the time lies in the future'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'of_now',
                      HINT = 'Set the clock of the host, or of the database.';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

CREATE TRIGGER dated BEFORE INSERT OR UPDATE ON nabij.notice_served
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('served_at', 'used_at');
CREATE TRIGGER dated BEFORE INSERT ON nabij.consent_event
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('recorded_at');
CREATE TRIGGER dated BEFORE INSERT OR UPDATE ON nabij.device
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('seen_on', 'acknowledged_at');
CREATE TRIGGER dated BEFORE INSERT ON nabij.choice
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('chosen_at');
CREATE TRIGGER dated BEFORE INSERT ON nabij.objection
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('objected_at');
CREATE TRIGGER dated BEFORE INSERT ON nabij.access_log
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('read_at');
CREATE TRIGGER dated BEFORE INSERT OR UPDATE ON nabij.request
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('received_at', 'checked_at', 'answered_at');
CREATE TRIGGER dated BEFORE INSERT ON nabij.mandate
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('recorded_at');
CREATE TRIGGER dated BEFORE INSERT ON nabij.erasure
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('erased_at');
CREATE TRIGGER dated BEFORE INSERT OR UPDATE ON nabij.push_outbox
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('queued_at', 'due_at');

-- An answer is due within three months (GDPR, Article 12(3)), and a mandate ends within two years.
ALTER TABLE nabij.request
    ADD CONSTRAINT request_at_most_92_days_check CHECK (extract(epoch FROM due_at - received_at) <= 92 * 86400);
ALTER TABLE nabij.mandate
    ADD CONSTRAINT mandate_at_most_two_years_check
        CHECK (extract(epoch FROM expires_at - recorded_at) <= 731 * 86400);

-- A purpose is as short as in the API, and an act names each signal once.
ALTER TABLE nabij.consent_event
    DROP CONSTRAINT consent_event_purpose_slug_check,
    ADD CONSTRAINT consent_event_purpose_slug_check
        CHECK (purpose ~ '^[a-z]+(-[a-z]+)*$' AND length(purpose) <= 60),
    ADD CONSTRAINT consent_event_signals_once_check
        CHECK (cardinality(array_positions(signals, 'gps')) <= 1
            AND cardinality(array_positions(signals, 'gsm')) <= 1
            AND cardinality(array_positions(signals, 'wifi')) <= 1);
ALTER TABLE nabij.live_grant
    DROP CONSTRAINT live_grant_purpose_slug_check,
    ADD CONSTRAINT live_grant_purpose_slug_check
        CHECK (purpose ~ '^[a-z]+(-[a-z]+)*$' AND length(purpose) <= 60);
ALTER TABLE nabij.objection
    DROP CONSTRAINT objection_purpose_slug_check,
    ADD CONSTRAINT objection_purpose_slug_check
        CHECK (purpose ~ '^[a-z]+(-[a-z]+)*$' AND length(purpose) <= 60);
ALTER TABLE nabij.access_log
    DROP CONSTRAINT access_log_purpose_slug_check,
    ADD CONSTRAINT access_log_purpose_slug_check
        CHECK (purpose ~ '^[a-z]+(-[a-z]+)*$' AND length(purpose) <= 60);

-- What operators and the worker write.
ALTER TABLE nabij.notice
    ADD CONSTRAINT notice_digest_check CHECK (digest ~ '^[0-9a-f]{64}$');
ALTER TABLE nabij.operator_log
    DROP CONSTRAINT operator_log_action_slug_check,
    ADD CONSTRAINT operator_log_action_slug_check
        CHECK (action ~ '^[a-z]+(-[a-z]+)*$' AND length(action) <= 60);
ALTER TABLE nabij.known_source
    ADD CONSTRAINT known_source_source_id_check CHECK (length(source_id) BETWEEN 1 AND 200);
ALTER TABLE nabij.source
    DROP CONSTRAINT source_capacity_kw_check,
    ADD CONSTRAINT source_capacity_kw_check CHECK (capacity_kw > 0 AND capacity_kw < 'infinity'),
    ADD CONSTRAINT source_somewhere_check CHECK (NOT public.ST_IsEmpty(geom)),
    ADD CONSTRAINT source_latitude_e5_check CHECK (latitude_e5 BETWEEN 0 AND 9000000),
    ADD CONSTRAINT source_longitude_e5_check CHECK (longitude_e5 BETWEEN -18000000 AND 18000000);
ALTER TABLE nabij.neighbour
    DROP CONSTRAINT neighbour_band_check,
    ADD CONSTRAINT neighbour_band_check CHECK (
        (least_kw IS NULL AND most_kw IS NULL) OR (least_kw IS NOT NULL
            AND (least_kw, coalesce(most_kw, 'infinity')) IN ((0, 5), (5, 15), (15, 50), (50, 'infinity')))
    );
ALTER TABLE nabij.checkpoint
    ADD CONSTRAINT checkpoint_signed_tree_head_check CHECK (
        signed_tree_head ~ '^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+$' AND length(signed_tree_head) <= 4096
    );

CREATE TRIGGER dated BEFORE INSERT ON nabij.notice
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('published_at');
CREATE TRIGGER dated BEFORE INSERT ON nabij.operator_log
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('done_at');
CREATE TRIGGER dated BEFORE INSERT ON nabij.checkpoint
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('signed_at');

-- Notices are numbered 1, 2, 3 and leaves 0, 1, 2, each behind the last.
CREATE FUNCTION nabij.require_next_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <> 1 + (SELECT coalesce(max(version), 0) FROM nabij.notice) THEN
        RAISE EXCEPTION 'notices are numbered without gaps'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Number it one more than the last.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER numbered_without_gaps BEFORE INSERT ON nabij.notice
    FOR EACH ROW EXECUTE FUNCTION nabij.require_next_notice();

CREATE FUNCTION nabij.require_next_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.position <> 1 + (SELECT coalesce(max(position), -1) FROM nabij.consent_leaf) THEN
        RAISE EXCEPTION 'leaves have places without gaps'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Place it behind the last.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER placed_without_gaps BEFORE INSERT ON nabij.consent_leaf
    FOR EACH ROW EXECUTE FUNCTION nabij.require_next_leaf();

-- A node covers leaves that are there; a checkpoint is of all of them, and signed no earlier than the last.
CREATE FUNCTION nabij.require_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.index + 1)::numeric * 2 ^ NEW.level > (SELECT coalesce(max(position) + 1, 0) FROM nabij.consent_leaf) THEN
        RAISE EXCEPTION 'a node covers leaves that are there'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Append the leaves first.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER over_leaves BEFORE INSERT ON nabij.consent_node
    FOR EACH ROW EXECUTE FUNCTION nabij.require_leaves();

CREATE FUNCTION nabij.require_newest_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.tree_size <> (SELECT coalesce(max(position) + 1, 0) FROM nabij.consent_leaf)
        OR NEW.signed_at < (SELECT max(signed_at) FROM nabij.checkpoint) THEN
        RAISE EXCEPTION 'a checkpoint is of the tree as it is, and of no earlier time'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Sign the tree as it is.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER of_the_whole_tree BEFORE INSERT ON nabij.checkpoint
    FOR EACH ROW EXECUTE FUNCTION nabij.require_newest_head();
