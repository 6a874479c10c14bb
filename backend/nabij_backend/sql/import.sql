-- One import: a COPY beside the catalogue, then one merge into it.

-- name: salt
-- What goes into the digest of a register's id.
SELECT salt FROM nabij.neighbour_salt

-- name: make_room
-- Beside the catalogue, with its column types and none of its constraints and indexes. Rows
-- that were not taken lie in it too, so that neither ids nor rejections have to fit into memory.
-- A private person's source has a square, and none of the columns from source_id on.
CREATE TEMPORARY TABLE incoming_source ON COMMIT DROP AS
SELECT 0::bigint AS row_number, NULL::text AS reason,
       n.digest, n.licence, n.register, n.made_up, n.technology, n.least_kw, n.most_kw,
       n.northing_m, n.easting_m,
       s.source_id, s.name, s.owner_kind, s.capacity_kw, s.story, s.language,
       s.latitude_e5, s.longitude_e5, s.geom
FROM nabij.source AS s, nabij.neighbour AS n WITH NO DATA

-- name: copy
-- Every row of the file, as it streams in.
COPY incoming_source (row_number, reason, digest, licence, register, made_up, technology, least_kw,
                      most_kw, northing_m, easting_m, source_id, name, owner_kind, capacity_kw,
                      story, language, latitude_e5, longitude_e5, geom) FROM STDIN

-- name: analyze
-- Without figures the planner takes the new table for a small one and loops over it.
ANALYZE incoming_source

-- name: mark_duplicates
-- The first row that can be taken has the id; later ones with the same id are duplicates.
UPDATE incoming_source AS later SET reason = 'duplicate-id'
FROM (SELECT digest, min(row_number) AS first_row FROM incoming_source
      WHERE reason IS NULL GROUP BY digest HAVING count(*) > 1) AS twice
WHERE later.digest = twice.digest AND later.row_number > twice.first_row

-- name: take_turn
-- Imports that run at once queue here, and readers are not held up.
SELECT version FROM nabij.catalogue FOR UPDATE

-- name: forget_who_is_private
-- Sources that were published by name and are known to be a private person's now.
DELETE FROM nabij.source AS s USING nabij.neighbour_salt, incoming_source AS i
WHERE i.reason IS NULL AND i.source_id IS NULL AND s.owner_kind <> 'person'
  AND i.digest = sha256(salt || convert_to(s.source_id, 'UTF8'))

-- name: forget_who_is_public
-- Sources that were counted and are published by name now.
DELETE FROM nabij.neighbour AS n USING incoming_source AS i
WHERE i.reason IS NULL AND i.source_id IS NOT NULL AND n.digest = i.digest

-- name: update
-- Sources that were there and are different now.
UPDATE nabij.source AS s
SET (name, technology, owner_kind, capacity_kw, story, language, licence, register, made_up,
     latitude_e5, longitude_e5, geom)
  = (i.name, i.technology, i.owner_kind, i.capacity_kw, i.story, i.language, i.licence, i.register,
     i.made_up, i.latitude_e5, i.longitude_e5, i.geom)
FROM incoming_source AS i
WHERE i.reason IS NULL AND s.source_id = i.source_id
  AND (s.name, s.technology, s.owner_kind, s.capacity_kw, s.story, s.language, s.licence, s.register,
       s.made_up, s.latitude_e5, s.longitude_e5)
      IS DISTINCT FROM
      (i.name, i.technology, i.owner_kind, i.capacity_kw, i.story, i.language, i.licence, i.register,
       i.made_up, i.latitude_e5, i.longitude_e5)

-- name: update_neighbours
-- Private persons' sources that were there and are different now.
UPDATE nabij.neighbour AS n
SET (technology, northing_m, easting_m, least_kw, most_kw, licence, register, made_up)
  = (i.technology, i.northing_m, i.easting_m, i.least_kw, i.most_kw, i.licence, i.register,
     i.made_up)
FROM incoming_source AS i
WHERE i.reason IS NULL AND i.source_id IS NULL AND n.digest = i.digest
  AND (n.technology, n.northing_m, n.easting_m, n.least_kw, n.most_kw, n.licence, n.register,
       n.made_up)
      IS DISTINCT FROM
      (i.technology, i.northing_m, i.easting_m, i.least_kw, i.most_kw, i.licence, i.register,
       i.made_up)

-- name: insert
-- Sources that are new.
INSERT INTO nabij.source (source_id, name, technology, owner_kind, capacity_kw, story, language,
                          licence, register, made_up, located, latitude_e5, longitude_e5, geom)
SELECT source_id, name, technology, owner_kind, capacity_kw, story, language, licence, register, made_up,
       'site', latitude_e5, longitude_e5, geom
FROM incoming_source AS i
WHERE reason IS NULL AND source_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM nabij.source AS s WHERE s.source_id = i.source_id)

-- name: insert_neighbours
-- Private persons' sources that are new.
INSERT INTO nabij.neighbour (digest, technology, northing_m, easting_m, least_kw, most_kw, licence,
                             register, made_up)
SELECT digest, technology, northing_m, easting_m, least_kw, most_kw, licence, register, made_up
FROM incoming_source AS i
WHERE reason IS NULL AND source_id IS NULL
  AND NOT EXISTS (SELECT FROM nabij.neighbour AS n WHERE n.digest = i.digest)

-- name: publish_neighbours
-- As a number in each square.
SELECT nabij.publish_neighbours()

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
