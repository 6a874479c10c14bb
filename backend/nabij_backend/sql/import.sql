-- One import: a COPY beside the catalogue, then one merge into it.

-- name: make_room
-- Beside the catalogue, with its column types and none of its constraints and indexes. Rows
-- that were not taken lie in it too, so that neither ids nor rejections have to fit into memory.
CREATE TEMPORARY TABLE incoming_source ON COMMIT DROP AS
SELECT 0::bigint AS row_number, NULL::text AS reason,
       source_id, name, technology, owner_kind, capacity_kw, story, licence, made_up, located,
       geom, feature
FROM nabij.source WITH NO DATA

-- name: copy
-- Every row of the file, as it streams in.
COPY incoming_source (row_number, reason, source_id, name, technology, owner_kind, capacity_kw,
                      story, licence, made_up, located, geom, feature) FROM STDIN

-- name: analyze
-- Without figures the planner takes the new table for a small one and loops over it.
ANALYZE incoming_source

-- name: mark_duplicates
-- The first row that can be taken has the id; later ones with the same id are duplicates.
UPDATE incoming_source AS later SET reason = 'duplicate-id'
FROM (SELECT source_id, min(row_number) AS first_row FROM incoming_source
      WHERE reason IS NULL GROUP BY source_id HAVING count(*) > 1) AS twice
WHERE later.source_id = twice.source_id AND later.row_number > twice.first_row

-- name: take_turn
-- Imports that run at once queue here, and readers are not held up.
SELECT version FROM nabij.catalogue FOR UPDATE

-- name: update
-- Sources that were there and are different now.
UPDATE nabij.source AS s
SET (name, technology, owner_kind, capacity_kw, story, licence, made_up, located, geom, feature)
  = (i.name, i.technology, i.owner_kind, i.capacity_kw, i.story, i.licence, i.made_up, i.located,
     i.geom, i.feature)
FROM incoming_source AS i
WHERE i.reason IS NULL AND s.source_id = i.source_id
  AND (s.name, s.technology, s.owner_kind, s.capacity_kw, s.story, s.licence, s.made_up,
       s.located, s.geom, s.feature)
      IS DISTINCT FROM
      (i.name, i.technology, i.owner_kind, i.capacity_kw, i.story, i.licence, i.made_up,
       i.located, i.geom, i.feature)

-- name: insert
-- Sources that are new.
INSERT INTO nabij.source (source_id, name, technology, owner_kind, capacity_kw, story, licence,
                          made_up, located, geom, feature)
SELECT source_id, name, technology, owner_kind, capacity_kw, story, licence, made_up, located,
       geom, feature
FROM incoming_source AS i
WHERE reason IS NULL
  AND NOT EXISTS (SELECT FROM nabij.source AS s WHERE s.source_id = i.source_id)

-- name: next_version
-- The catalogue has changed.
UPDATE nabij.catalogue SET version = version + 1, changed_at = %s RETURNING version

-- name: count
-- How many rows were taken (no reason) and rejected, by reason.
SELECT reason, count(*) FROM incoming_source GROUP BY reason

-- name: write_rejects
-- Row number and reason of every rejected row; nothing of its data.
COPY (SELECT row_number AS row, reason FROM incoming_source WHERE reason IS NOT NULL
      ORDER BY row_number) TO STDOUT (FORMAT csv, HEADER)

-- name: clear_away
-- So that one transaction can import several files.
DROP TABLE incoming_source
