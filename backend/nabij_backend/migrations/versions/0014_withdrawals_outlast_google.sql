-- While Google does not answer, nobody can tell whether a sign-in was revoked. A withdrawal is taken all the same, on
-- the token's signature, and the act says so. Nothing else is.
ALTER TABLE nabij.consent_event
    ADD COLUMN revocation_unknown boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT consent_event_unknown_revocation_only_withdraws_check
        CHECK (NOT revocation_unknown OR kind = 'withdrawn');
ALTER TABLE nabij.consent_event ALTER COLUMN revocation_unknown SET STATISTICS 0;
