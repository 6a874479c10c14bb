-- Objections of customers. Every statement names its person.

-- name: object
-- From now on; an objection that stands already keeps its day.
INSERT INTO objection (subject_id, purpose, objected_at)
VALUES (%(subject_id)s, %(purpose)s, %(now)s)
ON CONFLICT (subject_id, purpose) DO NOTHING

-- name: objection
-- Since when the person objects to a purpose, if they do.
SELECT objected_at FROM objection WHERE subject_id = %(subject_id)s AND purpose = %(purpose)s

-- name: lift_objection
-- The person no longer objects. What was ended stays ended.
DELETE FROM objection WHERE subject_id = %(subject_id)s AND purpose = %(purpose)s
