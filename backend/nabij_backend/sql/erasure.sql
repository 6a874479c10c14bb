-- Erasing an account. Each row about a person goes with their subject, by foreign key.

-- name: count_rows
-- How many rows of one table are about the person; the table is named by the erasure map.
SELECT count(*) AS rows FROM nabij.{table} WHERE subject_id = %(subject_id)s

-- name: count_held
-- The same for a table whose rows also name whom they give a right to.
SELECT count(*) AS rows FROM nabij.{table}
WHERE subject_id = %(subject_id)s OR {holder} = %(subject_id)s

-- name: remember
-- The keyed pseudonym, so that a restored backup can be erased again. It says who to nobody.
INSERT INTO erasure (pseudonym, erased_at) VALUES (%(pseudonym)s, %(now)s)
ON CONFLICT (pseudonym) DO NOTHING

-- name: erase
-- The person and, by foreign key, everything about them.
DELETE FROM subject WHERE subject_id = %(subject_id)s

-- name: remembered
-- Who was erased and when, as far as the database knows.
SELECT pseudonym, erased_at FROM erasure

-- name: everybody
-- Who has an account, and whether a grant of theirs lives.
SELECT subject_id, EXISTS (
    SELECT FROM live_grant WHERE live_grant.subject_id = subject.subject_id
) AS permits
FROM subject ORDER BY subject_id
