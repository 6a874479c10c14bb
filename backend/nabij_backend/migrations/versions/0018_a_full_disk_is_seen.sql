-- Whether the database has a page left: what is written for that is always taken back.
CREATE TABLE nabij.disk_probe (
    page bigint GENERATED ALWAYS AS IDENTITY,
    filler text NOT NULL,
    CONSTRAINT disk_probe_pkey PRIMARY KEY (page),
    CONSTRAINT disk_probe_filler_check CHECK (filler = repeat('.', 7000))
);
ALTER TABLE nabij.disk_probe
    ALTER filler SET STORAGE PLAIN, ALTER filler SET STATISTICS 0, ALTER page SET STATISTICS 0;

CREATE FUNCTION nabij.refuse_to_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'nothing is kept here'
        USING ERRCODE = 'integrity_constraint_violation', HINT = 'Call nabij.require_space().';
END $$;
CREATE CONSTRAINT TRIGGER never_kept AFTER INSERT OR UPDATE ON nabij.disk_probe
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION nabij.refuse_to_keep();

CREATE FUNCTION nabij.require_space() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    at_first bigint := pg_relation_size('nabij.disk_probe');
BEGIN
    BEGIN
        WHILE pg_relation_size('nabij.disk_probe') <= at_first LOOP
            INSERT INTO nabij.disk_probe (filler) VALUES (repeat('.', 7000));
        END LOOP;
        RAISE EXCEPTION 'there is space' USING ERRCODE = 'NB001';
    EXCEPTION WHEN SQLSTATE 'NB001' THEN
        NULL;
    END;
END $$;
GRANT INSERT (filler) ON nabij.disk_probe TO nabij_api;
