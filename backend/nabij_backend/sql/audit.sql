-- Reading everything to check it, as of one moment and page by page.

-- name: totals
-- How much is stored, and how far the log had come when it was signed last.
SELECT (SELECT count(*) FROM consent_leaf) AS leaves,
    (SELECT count(*) FROM consent_node) AS nodes,
    (SELECT coalesce(max(tree_size), 0) FROM checkpoint WHERE log_id = current_log()) AS signed_size

-- name: notices
-- Every version.
SELECT version, digest, document FROM notice ORDER BY version

-- name: persons
-- The next of those who did anything, among some pseudonyms.
SELECT DISTINCT subject_id FROM consent_event
WHERE subject_id BETWEEN %(least)s AND %(greatest)s AND (%(after)s::uuid IS NULL OR subject_id > %(after)s)
ORDER BY subject_id LIMIT %(most)s

-- name: acts
-- All acts of some people, and where their leaves are.
SELECT
    subject_id, number, event_id, kind, purpose, signals::text[], notice_version,
    coalesce(notice.digest, '') AS notice_digest, nonce, device_id, method, mandate_id, gpc, revocation_unknown,
    occurred_at, recorded_at, salt, leaf_hash, position, arrival IS NOT NULL AS is_pending
FROM consent_event
LEFT JOIN notice ON notice.version = notice_version
LEFT JOIN consent_leaf USING (leaf_hash)
LEFT JOIN pending_leaf USING (leaf_hash)
WHERE subject_id = ANY (%(persons)s)
ORDER BY subject_id, number

-- name: grants
-- All live grants of some people.
SELECT subject_id, purpose, signal, epoch, begun_number, event_number, resolution_m, retention_days,
    notice_version, granted_at, expires_at
FROM live_grant WHERE subject_id = ANY (%(persons)s)

-- name: grants_of_nobody
-- Live grants of people who never did anything.
SELECT subject_id, purpose, signal FROM live_grant
WHERE subject_id BETWEEN %(least)s AND %(greatest)s AND NOT EXISTS (
    SELECT FROM consent_event WHERE consent_event.subject_id = live_grant.subject_id
)

-- name: uncovered
-- Statuses that no live grant allows.
SELECT kept.in_table, kept.subject_id, kept.purpose FROM (
    SELECT 'gps_status' AS in_table, subject_id, purpose, signal FROM gps_status
    UNION ALL SELECT 'gsm_status', subject_id, purpose, signal FROM gsm_status
    UNION ALL SELECT 'wifi_status', subject_id, purpose, signal FROM wifi_status
) AS kept
LEFT JOIN live_grant USING (subject_id, purpose, signal)
WHERE live_grant.subject_id IS NULL AND kept.subject_id BETWEEN %(least)s AND %(greatest)s

-- name: unaccounted
-- Leaves of the log whose act is neither there nor erased with its person.
SELECT leaf_hash FROM consent_leaf AS logged
WHERE position >= %(first)s AND position < %(last)s
  AND NOT EXISTS (SELECT FROM consent_event WHERE consent_event.leaf_hash = logged.leaf_hash)
  AND NOT EXISTS (SELECT FROM erased_leaf WHERE erased_leaf.leaf_hash = logged.leaf_hash)
  AND NOT EXISTS (SELECT FROM settled_leaf WHERE settled_leaf.leaf_hash = logged.leaf_hash)

-- name: settled
-- How many leaves operators let into the log though no act is there.
SELECT count(*) AS leaves FROM settled_leaf

-- name: leaves
-- Some leaves of the log.
SELECT leaf_hash FROM consent_leaf
WHERE position >= %(first)s AND position < %(last)s ORDER BY position

-- name: checkpoints
-- The signed heads of trees within these sizes.
SELECT log_id, tree_size, root_hash, signed_tree_head AS text FROM checkpoint
WHERE tree_size > %(above)s AND tree_size <= %(up_to)s ORDER BY tree_size
