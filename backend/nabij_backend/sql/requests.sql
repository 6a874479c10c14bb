-- What customers asked outside the app. A person named here is known to an operator already.

-- name: add
-- It came in on that day, and the answer is due.
INSERT INTO request (subject_id, request_id, kind, received_at, due_at)
VALUES (%(subject_id)s, %(request_id)s, %(kind)s, %(received_at)s, %(due_at)s)

-- name: whose
-- Whom a request is about; for operators, who see the requests of everybody.
SELECT subject_id FROM request WHERE request_id = %(request_id)s

-- name: state
-- How far a request is.
SELECT identity_check, outcome FROM request
WHERE subject_id = %(subject_id)s AND request_id = %(request_id)s
FOR UPDATE

-- name: check
-- How it was made sure that the request comes from the person.
UPDATE request SET identity_check = %(identity_check)s, checked_at = %(now)s
WHERE subject_id = %(subject_id)s AND request_id = %(request_id)s

-- name: answer
-- The request has ended, in this way.
UPDATE request SET outcome = %(outcome)s, answered_at = %(now)s
WHERE subject_id = %(subject_id)s AND request_id = %(request_id)s

-- name: open
-- What is not answered yet, the most pressing first.
SELECT request_id, kind, received_at, due_at, identity_check, subject_id FROM request
WHERE answered_at IS NULL ORDER BY due_at, request_id

-- name: pressing
-- How many wait for an answer, how many of them must have it soon, and how many late.
SELECT
    count(*) AS open,
    count(*) FILTER (WHERE due_at > %(now)s AND due_at <= %(soon)s) AS due_within_7_days,
    count(*) FILTER (WHERE due_at <= %(now)s) AS overdue
FROM request WHERE answered_at IS NULL
