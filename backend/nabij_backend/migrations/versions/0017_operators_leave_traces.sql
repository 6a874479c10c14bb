-- Calls of operators that were refused: what was called for, and why not. Not who, unless an operator.
CREATE TABLE nabij.operator_refusal (
    entry_id uuid NOT NULL,
    action text NOT NULL,
    reason text NOT NULL,
    operator_id uuid,
    refused_at timestamptz NOT NULL,
    CONSTRAINT operator_refusal_pkey PRIMARY KEY (entry_id),
    CONSTRAINT operator_refusal_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES nabij.operator (operator_id),
    CONSTRAINT operator_refusal_action_slug_check CHECK (action ~ '^[a-z]+(-[a-z]+)*$' AND length(action) <= 60),
    CONSTRAINT operator_refusal_reason_check CHECK (
        reason IN ('not-signed-in', 'not-accepted', 'not-checked', 'no-claim', 'not-added')
    ),
    CONSTRAINT operator_refusal_operator_check CHECK ((reason = 'no-claim') = (operator_id IS NOT NULL)),
    CONSTRAINT operator_refusal_refused_at_era_check CHECK (refused_at >= '2020-01-01 00:00Z')
);
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nabij.operator_refusal
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();
CREATE TRIGGER dated BEFORE INSERT ON nabij.operator_refusal
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('refused_at');
GRANT INSERT ON nabij.operator_refusal TO nabij_operator;

-- Leaves that waited without an act, and which operator let them into the log nevertheless: a receipt may promise it.
CREATE TABLE nabij.settled_leaf (
    leaf_hash bytea NOT NULL,
    operator_id uuid NOT NULL,
    settled_at timestamptz NOT NULL,
    CONSTRAINT settled_leaf_pkey PRIMARY KEY (leaf_hash),
    CONSTRAINT settled_leaf_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES nabij.operator (operator_id),
    CONSTRAINT settled_leaf_leaf_hash_check CHECK (octet_length(leaf_hash) = 32),
    CONSTRAINT settled_leaf_settled_at_era_check CHECK (settled_at >= '2020-01-01 00:00Z')
);
ALTER TABLE nabij.operator_refusal
    ALTER entry_id SET STATISTICS 0, ALTER action SET STATISTICS 0, ALTER reason SET STATISTICS 0,
    ALTER operator_id SET STATISTICS 0, ALTER refused_at SET STATISTICS 0;
ALTER TABLE nabij.settled_leaf
    ALTER leaf_hash SET STATISTICS 0, ALTER operator_id SET STATISTICS 0, ALTER settled_at SET STATISTICS 0;
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nabij.settled_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();
CREATE TRIGGER dated BEFORE INSERT ON nabij.settled_leaf
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('settled_at');

-- What is settled waits: a leaf of the log without its act is a missing act, whoever says otherwise.
CREATE FUNCTION nabij.require_waiting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM nabij.pending_leaf WHERE leaf_hash = NEW.leaf_hash) THEN
        RAISE EXCEPTION 'only a leaf that waits can be settled'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Run nabij fsck.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER of_a_waiting_leaf BEFORE INSERT ON nabij.settled_leaf
    FOR EACH ROW EXECUTE FUNCTION nabij.require_waiting();
GRANT INSERT ON nabij.settled_leaf TO nabij_worker;
GRANT SELECT ON nabij.settled_leaf TO nabij_auditor;

-- A leaf has one place: one that has it already would stop all that wait behind it.
CREATE FUNCTION nabij.require_unplaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM nabij.consent_leaf WHERE leaf_hash = NEW.leaf_hash) THEN
        RAISE EXCEPTION 'this leaf has its place in the log'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Salt each act anew.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER unplaced BEFORE INSERT ON nabij.pending_leaf
    FOR EACH ROW EXECUTE FUNCTION nabij.require_unplaced();
