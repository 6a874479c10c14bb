-- Who works as an operator, what they did, and what they see of a customer.

-- name: become_operator
-- For the rest of this transaction, or until it becomes the service again.
SET LOCAL ROLE nabij_operator

-- name: become_api
-- What is about one customer is done with the service's power, as that customer.
SET LOCAL ROLE nabij_api

-- name: add
-- From now on this sign-in may work as an operator; one that was removed comes back.
INSERT INTO operator (operator_id, digest, added_at)
VALUES (%(operator_id)s, %(digest)s, %(now)s)
ON CONFLICT (digest) DO UPDATE SET removed_at = NULL
RETURNING operator_id

-- name: remove
-- What they did stays in the log.
UPDATE operator SET removed_at = %(now)s WHERE digest = %(digest)s AND removed_at IS NULL
RETURNING operator_id

-- name: all
-- Who may, or could, work as an operator.
SELECT operator_id, added_at, removed_at FROM operator ORDER BY added_at, operator_id

-- name: working
-- The operator of this sign-in, unless removed.
SELECT operator_id FROM operator WHERE digest = %(digest)s AND removed_at IS NULL

-- name: log
-- Something that an operator did.
INSERT INTO operator_log (entry_id, operator_id, action, done_at)
VALUES (%(entry_id)s, %(operator_id)s, %(action)s, %(now)s)

-- name: log_refusal
-- Something that was called for as an operator, and not done.
INSERT INTO operator_refusal (entry_id, action, reason, operator_id, refused_at)
VALUES (%(entry_id)s, %(action)s, %(reason)s, %(operator_id)s, %(now)s)

-- name: refusals
-- What was not done, the newest first.
SELECT refused_at, action, reason, operator_id FROM operator_refusal
ORDER BY refused_at DESC, entry_id LIMIT %(most)s

-- name: exists
-- Whether somebody has this pseudonym; asked as that person.
SELECT FROM subject WHERE subject_id = %(subject_id)s

-- name: devices
-- The devices of a customer.
SELECT device_id, platform, seen_on FROM device WHERE subject_id = %(subject_id)s
ORDER BY seen_on DESC, device_id

-- name: grants
-- What a customer permits.
SELECT purpose, signal, notice_version, granted_at, expires_at FROM live_grant
WHERE subject_id = %(subject_id)s ORDER BY purpose, signal

-- name: requests
-- What a customer asked.
SELECT request_id, kind, received_at, due_at, identity_check, outcome FROM request
WHERE subject_id = %(subject_id)s ORDER BY received_at, request_id

-- name: objections
-- What a customer objects to.
SELECT purpose, objected_at FROM objection WHERE subject_id = %(subject_id)s ORDER BY purpose

-- name: choices
-- The sources that a customer picked.
SELECT source_id, chosen_at FROM choice WHERE subject_id = %(subject_id)s ORDER BY source_id

-- name: statuses
-- What the devices of a customer last reported, the square included.
SELECT purpose, device_id, signal, hour, cell FROM gps_status WHERE subject_id = %(subject_id)s
UNION ALL
SELECT purpose, device_id, signal, hour, NULL FROM gsm_status WHERE subject_id = %(subject_id)s
UNION ALL
SELECT purpose, device_id, signal, hour, NULL FROM wifi_status WHERE subject_id = %(subject_id)s
ORDER BY purpose, signal, device_id

-- name: acts
-- All that a customer, somebody else or time did about consent.
SELECT number, recorded_at, kind, purpose, signals::text[], notice_version, method, device_id,
    event_id AS receipt_id
FROM consent_event WHERE subject_id = %(subject_id)s ORDER BY number

-- name: add_mandate
-- From now until then somebody may act for the customer.
INSERT INTO mandate (
    subject_id, mandate_id, agent_id, document_digest, recorded_at, expires_at
) VALUES (
    %(subject_id)s, %(mandate_id)s, %(agent_id)s, %(document_digest)s, %(now)s, %(expires_at)s
)

-- name: mandates
-- Who may, or could, act for the customer.
SELECT mandate_id, agent_id, recorded_at, expires_at, encode(document_digest, 'hex') AS document
FROM mandate WHERE subject_id = %(subject_id)s ORDER BY recorded_at, mandate_id

-- name: end_mandate
-- From now on nobody acts with it.
UPDATE mandate SET expires_at = %(now)s
WHERE subject_id = %(subject_id)s AND mandate_id = %(mandate_id)s AND expires_at > %(now)s
