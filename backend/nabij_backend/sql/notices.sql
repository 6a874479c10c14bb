-- Notices, and who was shown which.

-- name: current
-- The notice that everybody is asked under now.
SELECT document::text FROM notice ORDER BY version DESC LIMIT 1

-- name: was_ever_asked
-- Whether any version asks for something for a purpose.
SELECT FROM notice
WHERE document -> 'purposes' @> jsonb_build_array(jsonb_build_object('purpose', %(purpose)s::text))
LIMIT 1

-- name: publish
-- A new version; the number must follow the current one.
INSERT INTO notice (version, digest, document, published_at)
SELECT %(version)s, %(digest)s, %(document)s, %(now)s
WHERE %(version)s = (SELECT coalesce(max(version), 0) + 1 FROM notice)

-- name: record_served
-- What was shown, to whom, in which language.
INSERT INTO notice_served (subject_id, nonce, notice_version, locale, served_at)
VALUES (%(subject_id)s, %(nonce)s, %(notice_version)s, %(locale)s, %(now)s)

-- name: use_nonce
-- A nonce answers once, for the notice it was served with, to the person it was served to.
UPDATE notice_served SET used_at = %(now)s
WHERE subject_id = %(subject_id)s AND nonce = %(nonce)s
  AND notice_version = %(notice_version)s
  AND used_at IS NULL AND (served_at > %(served_after)s) IS TRUE
