-- What finders of vulnerabilities report. Who they are is nowhere: they come back with a code, of which the
-- digest is kept.
CREATE TABLE nabij.vulnerability_report (
    code_digest bytea NOT NULL,
    text text NOT NULL,
    received_on date NOT NULL,
    state text NOT NULL,
    changed_on date NOT NULL,
    answer text,
    CONSTRAINT vulnerability_report_pkey PRIMARY KEY (code_digest),
    CONSTRAINT vulnerability_report_code_digest_check CHECK (octet_length(code_digest) = 32),
    CONSTRAINT vulnerability_report_text_check CHECK (text <> '' AND length(text) <= 8000),
    CONSTRAINT vulnerability_report_state_check CHECK (state IN ('received', 'looked-into', 'mended', 'no-fault')),
    CONSTRAINT vulnerability_report_answer_check CHECK (answer <> '' AND length(answer) <= 4000),
    CONSTRAINT vulnerability_report_dates_check CHECK (received_on >= '2020-01-01' AND changed_on >= received_on)
);
ALTER TABLE nabij.vulnerability_report
    ALTER code_digest SET STATISTICS 0, ALTER text SET STATISTICS 0, ALTER received_on SET STATISTICS 0,
    ALTER state SET STATISTICS 0, ALTER changed_on SET STATISTICS 0, ALTER answer SET STATISTICS 0;
CREATE TRIGGER dated BEFORE INSERT OR UPDATE ON nabij.vulnerability_report
    FOR EACH ROW EXECUTE FUNCTION nabij.require_past('received_on', 'changed_on');

-- A report is new when it comes, and the service never reads the text again.
CREATE FUNCTION nabij.require_unread() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'received' OR NEW.answer IS NOT NULL OR NEW.changed_on <> NEW.received_on THEN
        RAISE EXCEPTION 'a report that comes has no answer yet'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Store it as received.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER unread BEFORE INSERT ON nabij.vulnerability_report
    FOR EACH ROW EXECUTE FUNCTION nabij.require_unread();

GRANT INSERT, SELECT (code_digest, received_on, state, changed_on, answer) ON nabij.vulnerability_report TO nabij_api;
GRANT SELECT, UPDATE (state, changed_on, answer) ON nabij.vulnerability_report TO nabij_operator;
GRANT SELECT (code_digest, state, changed_on), DELETE ON nabij.vulnerability_report TO nabij_worker;
