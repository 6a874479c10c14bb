-- The epoch of a grant was the number of the act that began it, and numbers begin at 1 for each person. So after
-- an erasure or a restore an old phone's report was taken under a consent that it was not collected under. Now
-- the epoch is made of the salted leaf of that act: nabij_consent.grants.epoch_of says how. Every epoch changes,
-- so what phones still hold of the old ones is refused as stale, and they read what is permitted anew.
CREATE FUNCTION nabij.epoch_of(leaf_hash bytea) RETURNS bigint LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT greatest(1, ('x' || encode(substr(leaf_hash, 1, 7), 'hex'))::bit(56)::bigint >> 3);
END;

-- The owner, too, sees rows of a person only as that person, but for here.
ALTER TABLE nabij.consent_event NO FORCE ROW LEVEL SECURITY;
ALTER TABLE nabij.live_grant
    NO FORCE ROW LEVEL SECURITY,
    DISABLE TRIGGER agreed,
    DROP CONSTRAINT live_grant_epoch_check,
    ADD COLUMN begun_number bigint;
UPDATE nabij.live_grant SET begun_number = epoch;
UPDATE nabij.live_grant SET epoch = nabij.epoch_of(leaf_hash)
FROM nabij.consent_event
WHERE consent_event.subject_id = live_grant.subject_id AND number = begun_number;
ALTER TABLE nabij.consent_event FORCE ROW LEVEL SECURITY;
ALTER TABLE nabij.live_grant
    FORCE ROW LEVEL SECURITY,
    ENABLE TRIGGER agreed,
    ALTER COLUMN begun_number SET NOT NULL,
    ALTER COLUMN begun_number SET STATISTICS 0,
    ADD CONSTRAINT live_grant_begun_number_check CHECK (begun_number BETWEEN 1 AND event_number),
    ADD CONSTRAINT live_grant_epoch_check CHECK (epoch BETWEEN 1 AND 9007199254740991);

CREATE OR REPLACE FUNCTION nabij.require_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM nabij.granted(NEW.subject_id, NEW.event_number, NEW.purpose, NEW.signal)
        WHERE notice_version = NEW.notice_version AND recorded_at = NEW.granted_at
    ) OR NOT EXISTS (
        SELECT FROM nabij.granted(NEW.subject_id, NEW.begun_number, NEW.purpose, NEW.signal)
        WHERE nabij.epoch_of(leaf_hash) = NEW.epoch
    ) OR EXISTS (
        SELECT FROM nabij.consent_event
        WHERE subject_id = NEW.subject_id AND number > NEW.begun_number AND kind <> 'granted'
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

CREATE OR REPLACE FUNCTION nabij.require_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM nabij.live_grant
        WHERE subject_id = NEW.subject_id AND begun_number < NEW.number
          AND signal = ANY (NEW.signals) AND (purpose = NEW.purpose OR NEW.purpose IS NULL)
    ) THEN
        RAISE EXCEPTION 'no answer but yes leaves a grant'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Delete the grant, too.';
    END IF;
    RETURN NULL;
END $$;
