-- An act remembers that the browser asked not to be tracked (Global Privacy Control). It is never a yes.
ALTER TABLE nabij.consent_event ADD COLUMN gpc boolean NOT NULL DEFAULT false;

-- A customer removes a device of theirs; what it reported goes with it.
GRANT DELETE ON nabij.device TO nabij_api;

-- Whoever listens hears that a device acknowledged an act, or is gone.
CREATE FUNCTION nabij.tell_of_device() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('nabij_device', OLD.subject_id::text);
    RETURN NULL;
END $$;

CREATE TRIGGER told AFTER UPDATE OF acknowledged_number OR DELETE ON nabij.device
    FOR EACH ROW EXECUTE FUNCTION nabij.tell_of_device();
