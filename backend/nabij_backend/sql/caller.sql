-- The account of the caller, and mandates. Every statement names its person.

-- name: is_known
-- Whether the person still has an account.
SELECT subject_id FROM subject WHERE subject_id = %(subject_id)s

-- name: mandate
-- For whom the holder of a mandate may act now.
SELECT subject_id FROM mandate
WHERE mandate_id = %(mandate_id)s AND agent_id = %(agent_id)s AND expires_at > %(now)s

-- name: note_read
-- Who looked, when and what for.
INSERT INTO access_log (subject_id, entry_id, reader, reader_id, purpose, read_at)
VALUES (%(subject_id)s, %(entry_id)s, %(reader)s, %(reader_id)s, %(purpose)s, %(now)s)
