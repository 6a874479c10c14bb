-- Reports of vulnerabilities. A report is named by the beginning of the digest of its finder's code.

-- name: add
-- A report that came.
INSERT INTO vulnerability_report (code_digest, text, received_on, state, changed_on)
VALUES (%(digest)s, %(text)s, %(today)s, 'received', %(today)s)

-- name: progress
-- How far a report is, for its finder.
SELECT state, received_on, changed_on, answer FROM vulnerability_report WHERE code_digest = %(digest)s

-- name: everything
-- Every report, those first that wait for somebody.
SELECT left(encode(code_digest, 'hex'), 16) AS report, state, received_on, changed_on, text, answer
FROM vulnerability_report
ORDER BY state NOT IN ('received', 'looked-into'), received_on, code_digest

-- name: settle
-- How far it is now.
UPDATE vulnerability_report
SET state = %(state)s, answer = coalesce(%(answer)s, answer), changed_on = %(today)s
WHERE left(encode(code_digest, 'hex'), 16) = %(report)s
