-- Of which notice that asks anew each device was told last. The worker compares it with
-- the current one, so that no way of publishing can forget to tell.

ALTER TABLE nabij.device ADD COLUMN told_notice integer;
ALTER TABLE nabij.device ADD CONSTRAINT device_told_notice_fkey
    FOREIGN KEY (told_notice) REFERENCES nabij.notice (version);
CREATE INDEX device_told_notice_idx ON nabij.device (told_notice) WHERE push_token IS NOT NULL;

GRANT SELECT (told_notice), UPDATE (told_notice) ON nabij.device TO nabij_worker;
GRANT INSERT ON nabij.push_outbox TO nabij_worker;
