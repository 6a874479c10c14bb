-- What witnesses cosigned: of which head, under which name of the log, and their line of its note.
CREATE TABLE nabij.cosignature (
    tree_size bigint NOT NULL,
    origin text NOT NULL,
    witness text NOT NULL,
    line text NOT NULL,
    cosigned_at timestamptz NOT NULL,
    CONSTRAINT cosignature_pkey PRIMARY KEY (tree_size, origin, witness),
    CONSTRAINT cosignature_tree_size_fkey FOREIGN KEY (tree_size) REFERENCES nabij.checkpoint (tree_size),
    CONSTRAINT cosignature_origin_check CHECK (origin ~ '^[!-*,-~]{1,255}$'),
    CONSTRAINT cosignature_witness_check CHECK (witness ~ '^[!-*,-~]{1,255}$'),
    CONSTRAINT cosignature_line_check CHECK (
        left(line, length(witness) + 3) = '— ' || witness || ' '
        AND substr(line, length(witness) + 4) ~ '^[A-Za-z0-9+/]{102}==$'
    ),
    CONSTRAINT cosignature_cosigned_at_era_check CHECK (cosigned_at >= '2020-01-01 00:00Z')
);
ALTER TABLE nabij.cosignature
    ALTER tree_size SET STATISTICS 0, ALTER origin SET STATISTICS 0, ALTER witness SET STATISTICS 0,
    ALTER line SET STATISTICS 0, ALTER cosigned_at SET STATISTICS 0;
CREATE INDEX cosignature_newest_idx ON nabij.cosignature (origin, witness, tree_size DESC);

CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nabij.cosignature
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();
CREATE TRIGGER dated BEFORE INSERT ON nabij.cosignature
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('cosigned_at');

GRANT SELECT ON nabij.cosignature TO nabij_api, nabij_auditor;
GRANT SELECT, INSERT ON nabij.cosignature TO nabij_worker;
