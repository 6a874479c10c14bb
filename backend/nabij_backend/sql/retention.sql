-- When rows are over. What stands below a table's name is the condition on its rows, named ``kept``;
-- a delete asks it of each row itself too, so that one renewed meanwhile stays.

-- name: grants_over
-- Whose grants for which purpose are over; time ends them by an act, as that person. The order by time makes
-- the planner, which has no statistics about people, take the index.
SELECT DISTINCT subject_id, purpose FROM (
    SELECT subject_id, purpose FROM live_grant WHERE expires_at <= %(now)s
    ORDER BY expires_at LIMIT %(most)s
) AS ended
ORDER BY subject_id, purpose

-- name: take_turn
-- Whether nobody else sweeps this database; until the turn or the connection ends.
SELECT pg_try_advisory_lock(9162, 3) AS taken

-- name: end_turn
-- Somebody else may sweep.
SELECT pg_advisory_unlock(9162, 3)

-- name: clocks
-- What time it is here, and when the log was signed last.
SELECT clock_timestamp() AS database,
    (SELECT signed_at FROM checkpoint WHERE log_id = (SELECT current_log())
     ORDER BY tree_size DESC LIMIT 1) AS checkpoint

-- name: total
-- How many rows of a table there are.
SELECT count(*) AS rows FROM {table} AS kept

-- name: count
-- How many rows of a table are over.
SELECT count(*) AS rows FROM {table} AS kept WHERE ({condition})

-- name: count_up_to
-- The same, but no more than so many: mostly there are none, and the index by time says so at once.
SELECT count(*) AS rows FROM (
    SELECT FROM {table} AS kept WHERE ({condition}) {order} LIMIT %(most)s
) AS due

-- name: delete
-- Some rows of a table that are over. The order by time makes the planner take the index.
DELETE FROM {table} AS kept WHERE ({condition}) AND ({key}) IN (
    SELECT {key} FROM {table} AS kept WHERE ({condition}) {order} LIMIT %(most)s
)

-- name: live_grant
-- Its time is over.
kept.expires_at <= %(now)s

-- name: status
-- The device has not reported for as long as the notice keeps this, or the grant is over.
EXISTS (
    SELECT FROM live_grant
    WHERE (live_grant.subject_id, live_grant.purpose, live_grant.signal)
        = (kept.subject_id, kept.purpose, kept.signal)
      AND (kept.hour <= %(now)s - make_interval(days => live_grant.retention_days)
           OR live_grant.expires_at <= %(now)s)
)

-- name: notice_served
-- Shown, and nobody said yes to it.
kept.used_at IS NULL AND kept.served_at <= %(before)s

-- name: device
-- Nothing was heard of it; what it last reported goes with it.
kept.seen_on <= %(before)s::date

-- name: mandate
-- It ended.
kept.expires_at <= %(before)s

-- name: access_log
-- Somebody looked.
kept.read_at <= %(before)s

-- name: request
-- It was answered.
kept.answered_at <= %(before)s

-- name: vulnerability_report
-- It was settled.
kept.state IN ('mended', 'no-fault') AND kept.changed_on <= %(before)s::date

-- name: erasure
-- No backup is as old.
kept.erased_at <= %(before)s

-- name: push_outbox
-- It waits in vain.
kept.queued_at <= %(before)s
