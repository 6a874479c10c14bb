-- The consent log: giving leaves their places, and reading what proofs are made of.

-- name: take_log
-- One sequencer at a time, in whichever process: the others leave it to this one.
SELECT pg_try_advisory_xact_lock(9162, 1) AS taken

-- name: arrivals
-- The leaves without a place, in the order in which they came. Acts of one person wait for each
-- other before they write theirs, so these never change places.
SELECT arrival, leaf_hash FROM pending_leaf ORDER BY arrival LIMIT %(most)s

-- name: waiting
-- How many leaves have no place yet; few, unless nobody gives places.
SELECT count(*) AS leaves FROM pending_leaf

-- name: hold_log
-- Nobody gives places until this transaction ends.
SELECT pg_advisory_xact_lock(9162, 1)

-- name: log_id
-- Which log this is.
SELECT current_log() AS log_id

-- name: lineage
-- The logs before this one, how each ended, oldest first.
SELECT ended.log_id, next.shared_size AS tree_size, next.begun_at, next.reason
FROM consent_log AS ended JOIN consent_log AS next ON next.number = ended.number + 1
ORDER BY ended.number

-- name: append_log
-- The log that goes on from so many leaves of the newest.
INSERT INTO consent_log (number, log_id, shared_size, begun_at, reason)
SELECT max(number) + 1, %(log_id)s, %(tree_size)s, %(begun_at)s, %(reason)s FROM consent_log

-- name: continues
-- Whether a head is stored, or its log is one that this one succeeds and that is known to have ended.
SELECT EXISTS (
    SELECT FROM checkpoint
    WHERE log_id = %(log_id)s AND tree_size = %(tree_size)s AND root_hash = %(root_hash)s
) OR EXISTS (
    SELECT FROM consent_log WHERE log_id = %(log_id)s AND log_id <> current_log()
) AS continues

-- name: leaf_count
-- How many leaves have a place.
SELECT coalesce(max(position) + 1, 0) AS leaves FROM consent_leaf

-- name: newest_checkpoint
-- The signed head of the whole tree.
SELECT log_id, tree_size, root_hash, signed_tree_head AS text FROM checkpoint
WHERE log_id = (SELECT current_log()) ORDER BY tree_size DESC LIMIT 1

-- name: signed_last
-- When the newest head was signed, as far as the row says.
SELECT max(signed_at) AS signed_at FROM checkpoint WHERE log_id = (SELECT current_log())

-- name: newest_by
-- The largest signed head of a log that is no later than a time.
SELECT log_id, tree_size, root_hash, signed_tree_head AS text FROM checkpoint
WHERE log_id = %(log_id)s AND signed_at <= %(at)s ORDER BY tree_size DESC LIMIT 1

-- name: checkpoint_of
-- A log's signed head of the tree when it had so many leaves, if one was signed just then.
SELECT log_id, tree_size, root_hash, signed_tree_head AS text FROM checkpoint
WHERE log_id = %(log_id)s AND tree_size = %(tree_size)s

-- name: position_of
-- The place of a leaf.
SELECT position FROM consent_leaf WHERE leaf_hash = %(leaf_hash)s

-- name: nodes
-- The hashes of complete subtrees; those of level 0 are the leaves.
SELECT level, index, hash
FROM consent_node JOIN unnest(%(levels)s::smallint[], %(indexes)s::bigint[]) AS wanted (level, index)
    USING (level, index)
UNION ALL
SELECT 0, position, leaf_hash FROM consent_leaf WHERE position = ANY (%(positions)s::bigint[])

-- name: append_leaves
-- Behind the last, in order.
INSERT INTO consent_leaf (position, leaf_hash)
SELECT %(first)s + place - 1, leaf_hash
FROM unnest(%(leaves)s::bytea[]) WITH ORDINALITY AS arrived (leaf_hash, place)

-- name: append_nodes
-- The subtrees that these leaves completed.
INSERT INTO consent_node (level, index, hash)
SELECT * FROM unnest(%(levels)s::smallint[], %(indexes)s::bigint[], %(hashes)s::bytea[])

-- name: forget_arrivals
-- They have their places now.
DELETE FROM pending_leaf WHERE arrival = ANY (%(arrivals)s::bigint[])

-- name: of_no_act
-- Leaves that wait, and whose act is neither there nor erased with its person; for the auditor.
SELECT leaf_hash FROM pending_leaf AS waiting
WHERE NOT EXISTS (SELECT FROM consent_event WHERE consent_event.leaf_hash = waiting.leaf_hash)
  AND NOT EXISTS (SELECT FROM erased_leaf WHERE erased_leaf.leaf_hash = waiting.leaf_hash)
  AND NOT EXISTS (SELECT FROM settled_leaf WHERE settled_leaf.leaf_hash = waiting.leaf_hash)

-- name: settle
-- Leaves without an act that an operator lets into the log: a receipt may promise them a place.
INSERT INTO settled_leaf (leaf_hash, operator_id, settled_at)
SELECT unnest(%(leaves)s::bytea[]), %(operator_id)s, %(now)s

-- name: forget_placed
-- Leaves that wait, though they have their places.
DELETE FROM pending_leaf USING consent_leaf WHERE consent_leaf.leaf_hash = pending_leaf.leaf_hash

-- name: append_checkpoint
-- The signed head of the tree as it is now.
INSERT INTO checkpoint (tree_size, root_hash, signed_at, signed_tree_head)
VALUES (%(tree_size)s, %(root_hash)s, %(signed_at)s, %(signed_tree_head)s)

-- name: thin
-- Heads of before a time, but for the last of each hour and those that a witness cosigned.
DELETE FROM checkpoint AS gone USING (
    SELECT log_id, tree_size FROM (
        SELECT log_id, tree_size, signed_at, lead(signed_at) OVER (PARTITION BY log_id ORDER BY tree_size) AS next_at
        FROM checkpoint WHERE signed_at < %(before)s
    ) AS head
    WHERE date_trunc('hour', signed_at, 'UTC') = date_trunc('hour', next_at, 'UTC')
      AND NOT EXISTS (
          SELECT FROM cosignature
          WHERE (cosignature.log_id, cosignature.tree_size) = (head.log_id, head.tree_size)
      )
    LIMIT %(most)s
) AS due
WHERE (gone.log_id, gone.tree_size) = (due.log_id, due.tree_size)

-- name: cosigned_size
-- The largest tree of which a witness cosigned the head.
SELECT tree_size FROM cosignature WHERE origin = %(origin)s AND witness = %(witness)s
ORDER BY tree_size DESC LIMIT 1

-- name: newest_cosigned
-- The largest tree of which any witness cosigned the head.
SELECT tree_size FROM cosignature WHERE origin = %(origin)s ORDER BY tree_size DESC LIMIT 1

-- name: cosignatures_of
-- The witnesses' lines of the note of a head.
SELECT line FROM cosignature WHERE tree_size = %(tree_size)s AND origin = %(origin)s
ORDER BY witness

-- name: append_cosignature
-- Workers may ask the same witness at once; it gives both the same head's cosignature.
INSERT INTO cosignature (tree_size, origin, witness, line, cosigned_at)
VALUES (%(tree_size)s, %(origin)s, %(witness)s, %(line)s, %(cosigned_at)s)
ON CONFLICT DO NOTHING
