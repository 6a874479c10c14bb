-- One square is stored for each device, so a customer whose app made up a new device id for each report had a
-- history. With a ninth device, the one that was heard of longest ago goes, and what it told goes with it.
CREATE FUNCTION nabij.keep_eight_devices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- One new device of a person at a time: each then sees the others.
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.subject_id || ' devices', 0));
    DELETE FROM nabij.device WHERE subject_id = NEW.subject_id AND device_id IN (
        SELECT device_id FROM nabij.device
        WHERE subject_id = NEW.subject_id AND device_id <> NEW.device_id
        ORDER BY seen_on DESC, acknowledged_at DESC NULLS LAST, device_id OFFSET 7
    );
    RETURN NULL;
END $$;

CREATE TRIGGER at_most_eight AFTER INSERT ON nabij.device
    FOR EACH ROW EXECUTE FUNCTION nabij.keep_eight_devices();

-- Who has more loses the others now.
ALTER TABLE nabij.device NO FORCE ROW LEVEL SECURITY;
DELETE FROM nabij.device USING (
    SELECT subject_id, device_id, row_number() OVER (
        PARTITION BY subject_id ORDER BY seen_on DESC, acknowledged_at DESC NULLS LAST, device_id
    ) AS place
    FROM nabij.device
) AS ranked
WHERE ranked.place > 8 AND device.subject_id = ranked.subject_id
    AND device.device_id = ranked.device_id;
ALTER TABLE nabij.device FORCE ROW LEVEL SECURITY;
