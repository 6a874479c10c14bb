-- What only the demonstration asks.

-- name: rows_of_subject
-- Everything that was collected about a person, and what allowed it.
SELECT (SELECT count(*) FROM gps_status WHERE subject_id = %(subject_id)s)
     + (SELECT count(*) FROM gsm_status WHERE subject_id = %(subject_id)s)
     + (SELECT count(*) FROM wifi_status WHERE subject_id = %(subject_id)s)
     + (SELECT count(*) FROM live_grant WHERE subject_id = %(subject_id)s) AS rows

-- name: remove_made_up
-- Real sources are never shown beside invented ones.
DELETE FROM source WHERE made_up
