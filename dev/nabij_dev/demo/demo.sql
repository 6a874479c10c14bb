-- What only the demonstration asks.

-- name: rows_of_subject
-- How much each table holds because of a person's consent; the grants are that consent itself.
SELECT 'live_grant' AS table_name, count(*) AS rows FROM live_grant
WHERE subject_id = %(subject_id)s
UNION ALL
SELECT 'gps_status', count(*) FROM gps_status WHERE subject_id = %(subject_id)s
UNION ALL
SELECT 'gsm_status', count(*) FROM gsm_status WHERE subject_id = %(subject_id)s
UNION ALL
SELECT 'wifi_status', count(*) FROM wifi_status WHERE subject_id = %(subject_id)s

-- name: status_of_subject
-- Everything that was collected about a person, in words.
SELECT 'gps' AS signal, 'square ' || cell AS status, hour
FROM gps_status WHERE subject_id = %(subject_id)s
UNION ALL
SELECT 'gsm', CASE WHEN connected THEN 'connected' ELSE 'not connected' END, hour
FROM gsm_status WHERE subject_id = %(subject_id)s
UNION ALL
SELECT 'wifi', CASE WHEN connected THEN 'connected' ELSE 'not connected' END, hour
FROM wifi_status WHERE subject_id = %(subject_id)s

-- name: holds_real_sources
-- Whether the catalogue holds sources that exist.
SELECT EXISTS (SELECT FROM source WHERE NOT made_up)

-- name: remove_made_up
-- Sources of one's own take the place of invented ones.
WITH invented AS (DELETE FROM neighbour WHERE made_up)
DELETE FROM source WHERE made_up
