-- A source belongs to a register, or to the supplier. An edition of a register replaces the one before it; an import
-- is recorded and can be undone; a source that leaves the catalogue leaves a tombstone.
CREATE TABLE nabij.register (
    name text NOT NULL,
    edition date,
    licence text NOT NULL,
    attribution text,
    url text,
    CONSTRAINT register_pkey PRIMARY KEY (name),
    CONSTRAINT register_name_check CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$' AND name <> 'neighbours'),
    CONSTRAINT register_edition_era_check CHECK (edition >= '2000-01-01'),
    CONSTRAINT register_url_check CHECK (url ~ '^https?://[^ ]+$' AND length(url) <= 1000)
);

-- What an id had before its first colon was taken for a register, whatever it was.
UPDATE nabij.source SET register = NULL WHERE register !~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$' OR register = 'neighbours';
UPDATE nabij.neighbour SET register = NULL WHERE register !~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$' OR register = 'neighbours';

-- Registers that were imported before editions were recorded have none: any edition is newer.
INSERT INTO nabij.register (name, licence)
SELECT register, min(licence)
FROM (SELECT register, licence FROM nabij.source UNION ALL SELECT register, licence FROM nabij.neighbour) AS told
WHERE register IS NOT NULL GROUP BY register;

ALTER TABLE nabij.source
    ADD CONSTRAINT source_register_fkey FOREIGN KEY (register) REFERENCES nabij.register (name);
ALTER TABLE nabij.neighbour
    ADD CONSTRAINT neighbour_register_fkey FOREIGN KEY (register) REFERENCES nabij.register (name);

-- What operators did to the catalogue. `register_before` describes the register as it was; null: it was unknown.
CREATE TABLE nabij.catalogue_change (
    number bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    register text,
    register_before jsonb,
    edition date,
    licence text,
    changed_at timestamptz NOT NULL,
    rows_read integer DEFAULT 0 NOT NULL,
    inserted integer DEFAULT 0 NOT NULL,
    updated integer DEFAULT 0 NOT NULL,
    departed integer DEFAULT 0 NOT NULL,
    rejected integer DEFAULT 0 NOT NULL,
    undone_at timestamptz,
    CONSTRAINT catalogue_change_pkey PRIMARY KEY (number),
    CONSTRAINT catalogue_change_kind_check CHECK (kind IN ('import', 'removal')),
    CONSTRAINT catalogue_change_register_fkey FOREIGN KEY (register) REFERENCES nabij.register (name),
    CONSTRAINT catalogue_change_register_before_check CHECK (
        register_before IS NULL OR (register_before ->> 'name') IS NOT DISTINCT FROM register
    ),
    CONSTRAINT catalogue_change_edition_era_check CHECK (edition >= '2000-01-01'),
    CONSTRAINT catalogue_change_changed_at_era_check CHECK (changed_at >= '2020-01-01 00:00Z'),
    CONSTRAINT catalogue_change_counts_check CHECK (least(rows_read, inserted, updated, departed, rejected) >= 0),
    CONSTRAINT catalogue_change_undone_at_check CHECK (undone_at >= changed_at)
);

-- What an import adds says which import that was, so that undoing it takes it away.
ALTER TABLE nabij.source ADD COLUMN added_in bigint;
ALTER TABLE nabij.neighbour ADD COLUMN added_in bigint;
ALTER TABLE nabij.source ALTER added_in SET STATISTICS 0;
ALTER TABLE nabij.neighbour ALTER added_in SET STATISTICS 0;

-- What a change replaced, to undo it: a source that is published by name, or a neighbour.
CREATE TABLE nabij.catalogue_before (
    change bigint NOT NULL,
    digest bytea NOT NULL,
    source_id text,
    source jsonb,
    neighbour jsonb,
    CONSTRAINT catalogue_before_pkey PRIMARY KEY (change, digest),
    CONSTRAINT catalogue_before_digest_length_check CHECK (octet_length(digest) = 32),
    CONSTRAINT catalogue_before_one_check CHECK (num_nonnulls(source, neighbour) = 1),
    CONSTRAINT catalogue_before_source_check CHECK (
        (source ->> 'source_id') IS NOT DISTINCT FROM source_id
        AND (source IS NULL OR coalesce(source ->> 'owner_kind', 'person') <> 'person')
    ),
    CONSTRAINT catalogue_before_neighbour_check CHECK (
        neighbour IS NULL
        OR (neighbour ->> 'digest') IS NOT DISTINCT FROM '\x' || encode(digest, 'hex')
    )
);

-- A foreign key looks at each of the rows of an import, which took a fifth of its time; all are of one change.
CREATE FUNCTION nabij.require_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT change FROM added EXCEPT SELECT number FROM nabij.catalogue_change) THEN
        RAISE EXCEPTION 'there is no such change of the catalogue' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER of_a_change AFTER INSERT ON nabij.catalogue_before REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.require_change();

-- Sources that were in the catalogue and are not. The source of a private person has one only where an operator
-- removed it, so that it does not come back, and without an id.
CREATE TABLE nabij.tombstone (
    digest bytea NOT NULL,
    source_id text,
    register text,
    reason text NOT NULL,
    change bigint NOT NULL,
    CONSTRAINT tombstone_pkey PRIMARY KEY (digest),
    CONSTRAINT tombstone_source_id_key UNIQUE (source_id),
    CONSTRAINT tombstone_register_fkey FOREIGN KEY (register) REFERENCES nabij.register (name),
    CONSTRAINT tombstone_change_fkey FOREIGN KEY (change) REFERENCES nabij.catalogue_change (number),
    CONSTRAINT tombstone_digest_length_check CHECK (octet_length(digest) = 32),
    CONSTRAINT tombstone_source_id_check CHECK (length(source_id) BETWEEN 1 AND 200),
    CONSTRAINT tombstone_reason_check CHECK (
        reason IN ('missing', 'shut', 'rejected', 'removed', 'register-removed', 'undone')
    ),
    CONSTRAINT tombstone_neighbours_are_removed_check CHECK (source_id IS NOT NULL OR reason = 'removed')
);

CREATE TRIGGER dated BEFORE INSERT OR UPDATE ON nabij.register
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('edition');
CREATE TRIGGER dated BEFORE INSERT OR UPDATE ON nabij.catalogue_change
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('edition', 'changed_at', 'undone_at');

-- A source that is now known to be a private person's had an id here, which is theirs. A choice of it goes along:
-- it named the source.
ALTER TABLE nabij.choice
    DROP CONSTRAINT choice_source_id_fkey,
    ADD CONSTRAINT choice_source_id_fkey FOREIGN KEY (source_id) REFERENCES nabij.known_source (source_id)
        ON DELETE CASCADE;
DELETE FROM nabij.known_source AS k USING nabij.neighbour_salt, nabij.neighbour AS n
WHERE n.digest = sha256(salt || convert_to(k.source_id, 'UTF8'));

ALTER TABLE nabij.register
    ALTER name SET STATISTICS 0, ALTER edition SET STATISTICS 0, ALTER licence SET STATISTICS 0,
    ALTER attribution SET STATISTICS 0, ALTER url SET STATISTICS 0;
ALTER TABLE nabij.catalogue_change
    ALTER number SET STATISTICS 0, ALTER kind SET STATISTICS 0, ALTER register SET STATISTICS 0,
    ALTER register_before SET STATISTICS 0, ALTER edition SET STATISTICS 0, ALTER licence SET STATISTICS 0,
    ALTER changed_at SET STATISTICS 0, ALTER rows_read SET STATISTICS 0, ALTER inserted SET STATISTICS 0,
    ALTER updated SET STATISTICS 0, ALTER departed SET STATISTICS 0, ALTER rejected SET STATISTICS 0,
    ALTER undone_at SET STATISTICS 0;
ALTER TABLE nabij.catalogue_before
    ALTER change SET STATISTICS 0, ALTER digest SET STATISTICS 0, ALTER source_id SET STATISTICS 0,
    ALTER source SET STATISTICS 0, ALTER neighbour SET STATISTICS 0;
ALTER TABLE nabij.tombstone
    ALTER digest SET STATISTICS 0, ALTER source_id SET STATISTICS 0, ALTER register SET STATISTICS 0,
    ALTER reason SET STATISTICS 0, ALTER change SET STATISTICS 0;

REVOKE ALL ON nabij.register, nabij.catalogue_change, nabij.catalogue_before, nabij.tombstone FROM PUBLIC;
GRANT SELECT ON nabij.register TO nabij_api;
GRANT SELECT, INSERT, UPDATE ON nabij.register, nabij.catalogue_change TO nabij_operator;
GRANT SELECT, INSERT, DELETE ON nabij.catalogue_before, nabij.tombstone TO nabij_operator;
GRANT UPDATE (reason, change) ON nabij.tombstone TO nabij_operator;
GRANT DELETE ON nabij.known_source TO nabij_operator;
