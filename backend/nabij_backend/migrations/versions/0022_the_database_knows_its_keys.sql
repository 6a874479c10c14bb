-- A folder without keys was filled with new ones in silence. Now the database knows which keys are this
-- installation's, by fingerprint, and whoever serves or works is refused with others.
CREATE TABLE nabij.installation_key (
    kind text NOT NULL,
    fingerprint text NOT NULL,
    known_since timestamptz NOT NULL,
    retired_at timestamptz,
    CONSTRAINT installation_key_pkey PRIMARY KEY (kind, fingerprint),
    CONSTRAINT installation_key_kind_check CHECK (kind IN ('identity', 'signing')),
    CONSTRAINT installation_key_fingerprint_check CHECK (
        fingerprint ~ CASE kind WHEN 'identity' THEN '^[0-9a-f]{32}$' ELSE '^[A-Za-z0-9_-]{43}$' END
    ),
    CONSTRAINT installation_key_known_since_era_check CHECK (known_since >= '2020-01-01 00:00Z'),
    CONSTRAINT installation_key_retired_at_era_check CHECK (retired_at >= '2020-01-01 00:00Z'),
    CONSTRAINT installation_key_retired_check CHECK (kind = 'signing' OR retired_at IS NULL)
);
ALTER TABLE nabij.installation_key
    ALTER kind SET STATISTICS 0, ALTER fingerprint SET STATISTICS 0,
    ALTER known_since SET STATISTICS 0, ALTER retired_at SET STATISTICS 0;
CREATE UNIQUE INDEX installation_key_one_identity ON nabij.installation_key (kind) WHERE kind = 'identity';

-- A key that signed stays known, and one that was retired never signs again.
CREATE FUNCTION nabij.require_retiring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.retired_at IS NOT NULL OR NEW.retired_at IS NULL
        OR (NEW.kind, NEW.fingerprint, NEW.known_since) <> (OLD.kind, OLD.fingerprint, OLD.known_since) THEN
        RAISE EXCEPTION 'a key is retired once, and changes in no other way'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Make another key.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER only_retired BEFORE UPDATE ON nabij.installation_key
    FOR EACH ROW EXECUTE FUNCTION nabij.require_retiring();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON nabij.installation_key
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();
CREATE TRIGGER dated BEFORE INSERT OR UPDATE ON nabij.installation_key
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('known_since', 'retired_at');

GRANT SELECT ON nabij.installation_key TO nabij_api, nabij_operator, nabij_worker, nabij_auditor;
