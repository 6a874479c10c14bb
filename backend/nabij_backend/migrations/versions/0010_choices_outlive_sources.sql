-- A source that a customer chose may leave the catalogue. The choice stays, so that they are told; it names
-- a source that there was, and so it cannot hold anything else.
CREATE TABLE nabij.known_source (
    source_id text NOT NULL,
    CONSTRAINT known_source_pkey PRIMARY KEY (source_id)
);
INSERT INTO nabij.known_source (source_id) SELECT source_id FROM nabij.source;
GRANT SELECT, INSERT ON nabij.known_source TO nabij_operator;

CREATE FUNCTION nabij.know_sources() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO nabij.known_source (source_id) SELECT source_id FROM added ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER known AFTER INSERT ON nabij.source REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.know_sources();

ALTER TABLE nabij.choice
    DROP CONSTRAINT choice_source_id_fkey,
    ADD CONSTRAINT choice_source_id_fkey FOREIGN KEY (source_id) REFERENCES nabij.known_source (source_id);
