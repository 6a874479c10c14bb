-- A pseudonym of an erased account is about somebody, so it lives no longer than it is needed: until the
-- oldest backup is gone. The worker deletes it then; nobody changes one.
DROP TRIGGER insert_only ON nabij.erasure;
CREATE TRIGGER insert_only BEFORE UPDATE OR TRUNCATE ON nabij.erasure
    FOR EACH STATEMENT EXECUTE FUNCTION nabij.refuse_change();
GRANT SELECT, DELETE ON nabij.erasure TO nabij_worker;
