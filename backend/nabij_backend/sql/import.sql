-- One import: a COPY beside the catalogue, then one merge into it.

-- name: salt
-- What goes into the digest of a register's id.
SELECT salt FROM nabij.neighbour_salt

-- name: make_room
-- Beside the catalogue, with its column types and none of its constraints and indexes. Rows
-- that were not taken lie in it too, so that neither ids nor rejections have to fit into memory.
-- A private person's source has a square, and none of the columns from source_id on; a rejected
-- row has a digest where its id could be read.
CREATE TEMPORARY TABLE incoming_source ON COMMIT DROP AS
SELECT 0::bigint AS row_number, NULL::text AS reason,
       n.digest, n.licence, n.register, n.made_up, n.technology, n.least_kw, n.most_kw,
       n.northing_m, n.easting_m,
       s.source_id, s.name, s.owner_kind, s.capacity_kw, s.story, s.language,
       s.latitude_e5, s.longitude_e5, s.geom
FROM nabij.source AS s, nabij.neighbour AS n WITH NO DATA;
-- What leaves the catalogue, and why; and what is now known to be a private person's.
CREATE TEMPORARY TABLE departing_source (digest bytea, source_id text, reason text) ON COMMIT DROP;
CREATE TEMPORARY TABLE turned_private (digest bytea) ON COMMIT DROP;
-- Compiling the statements that follow takes longer than running them. The planner takes a table that was just filled
-- for what it was, and would loop over it for each row.
SET LOCAL jit = off;
SET LOCAL enable_nestloop = off

-- name: copy
-- Every row of the file, as it streams in.
COPY incoming_source (row_number, reason, digest, licence, register, made_up, technology, least_kw,
                      most_kw, northing_m, easting_m, source_id, name, owner_kind, capacity_kw,
                      story, language, latitude_e5, longitude_e5, geom) FROM STDIN

-- name: analyze
-- Without figures the planner takes the new table for a small one and loops over it.
ANALYZE incoming_source (digest, source_id, reason)

-- name: mark_removed
-- What an operator removed does not come back.
UPDATE incoming_source AS i SET reason = 'removed' FROM nabij.tombstone AS t
WHERE i.reason IS NULL AND t.reason = 'removed' AND t.digest = i.digest

-- name: mark_foreign
-- An id that a source of another register has is taken.
UPDATE incoming_source AS i SET reason = 'duplicate-id'
WHERE reason IS NULL
  AND (EXISTS (SELECT FROM nabij.source AS s
               WHERE s.source_id = i.source_id AND s.register IS DISTINCT FROM i.register)
       OR EXISTS (SELECT FROM nabij.neighbour AS n
                  WHERE n.digest = i.digest AND n.register IS DISTINCT FROM i.register))

-- name: mark_duplicates
-- The first row that can be taken has the id; later ones with the same id are duplicates.
UPDATE incoming_source AS later SET reason = 'duplicate-id'
FROM (SELECT digest, min(row_number) AS first_row FROM incoming_source
      WHERE reason IS NULL GROUP BY digest HAVING count(*) > 1) AS twice
WHERE later.digest = twice.digest AND later.row_number > twice.first_row

-- name: take_turn
-- Imports that run at once queue here, and readers are not held up.
SELECT FROM nabij.catalogue FOR UPDATE

-- name: version
-- The catalogue has not changed.
SELECT version FROM nabij.catalogue

-- name: forget_old
-- A change can be undone for a while; what it replaced is kept no longer.
DELETE FROM nabij.catalogue_before AS b USING nabij.catalogue_change AS c
WHERE c.number = b.change AND c.changed_at < %(now)s - %(reversible_for)s

-- name: known_register
-- What is known of a register.
SELECT edition, licence, attribution, url FROM nabij.register WHERE name = %(name)s

-- name: record
-- A change of the catalogue, and the register as it is described from now on. Counts follow.
WITH described AS (
    INSERT INTO nabij.register (name, edition, licence, attribution, url)
    SELECT %(register)s, %(edition)s, %(licence)s, %(attribution)s, %(url)s
    WHERE %(register)s::text IS NOT NULL
    ON CONFLICT (name) DO UPDATE
    SET (edition, licence, attribution, url)
      = (excluded.edition, excluded.licence, excluded.attribution, excluded.url)
)
INSERT INTO nabij.catalogue_change (kind, register, register_before, edition, licence, changed_at)
VALUES ('import', %(register)s, (SELECT to_jsonb(r) FROM nabij.register AS r WHERE name = %(register)s),
        %(edition)s, %(licence)s, %(now)s)
RETURNING number

-- name: count_known
-- How many sources of this register there are.
SELECT (SELECT count(*) FROM nabij.source
        WHERE owner_kind <> 'person' AND register IS NOT DISTINCT FROM %(register)s)
     + (SELECT count(*) FROM nabij.neighbour WHERE register IS NOT DISTINCT FROM %(register)s)

-- name: find_departing
-- Sources of this register that the file does not have, or has as a row that was not taken.
INSERT INTO departing_source (digest, source_id, reason)
WITH refused AS (
    SELECT digest, bool_or(reason = 'not-operating') AS shut FROM incoming_source
    WHERE reason IS NOT NULL AND digest IS NOT NULL GROUP BY digest
), known AS (
    SELECT sha256(salt || convert_to(source_id, 'UTF8')) AS digest, source_id
    FROM nabij.source, nabij.neighbour_salt
    WHERE owner_kind <> 'person' AND register IS NOT DISTINCT FROM %(register)s
    UNION ALL
    SELECT digest, NULL FROM nabij.neighbour WHERE register IS NOT DISTINCT FROM %(register)s
)
SELECT digest, source_id,
       CASE WHEN shut THEN 'shut' WHEN refused.digest IS NOT NULL THEN 'rejected' ELSE 'missing' END
FROM known LEFT JOIN refused USING (digest)
WHERE NOT EXISTS (SELECT FROM incoming_source AS i WHERE i.reason IS NULL AND i.digest = known.digest)

-- name: keep_missing
-- The file is a part of its register: what it does not have stays.
DELETE FROM departing_source WHERE reason = 'missing'

-- name: count_departing
-- How many leave, by reason.
SELECT reason, count(*) FROM departing_source GROUP BY reason

-- name: remember_departing
-- What leaves, as it was.
INSERT INTO nabij.catalogue_before (change, digest, source_id, source, neighbour)
SELECT %(change)s, d.digest, d.source_id, to_jsonb(s) - '{geom,same_as}'::text[], to_jsonb(n)
FROM departing_source AS d
LEFT JOIN nabij.source AS s ON s.source_id = d.source_id
LEFT JOIN nabij.neighbour AS n ON n.digest = d.digest

-- name: depart
-- Sources leave.
DELETE FROM nabij.source AS s USING departing_source AS d WHERE s.source_id = d.source_id

-- name: depart_neighbours
-- Private persons' sources leave.
DELETE FROM nabij.neighbour AS n USING departing_source AS d
WHERE d.source_id IS NULL AND n.digest = d.digest

-- name: forget_names
-- Nothing tells any more under which id and name a private person's source was known: not what
-- earlier changes replaced, no tombstone and no choice.
DELETE FROM nabij.catalogue_before AS b USING incoming_source AS i
WHERE i.reason IS NULL AND i.source_id IS NULL AND b.source_id IS NOT NULL AND b.digest = i.digest

-- name: forget_known
-- With the choices of it.
DELETE FROM nabij.known_source AS k USING nabij.neighbour_salt, incoming_source AS i
WHERE i.reason IS NULL AND i.source_id IS NULL
  AND i.digest = sha256(salt || convert_to(k.source_id, 'UTF8'))

-- name: forget_tombstones
-- Those of sources that are in the catalogue again, too.
DELETE FROM nabij.tombstone AS t USING incoming_source AS i
WHERE i.reason IS NULL AND t.digest = i.digest

-- name: bury
-- A tombstone for each that was published by name.
INSERT INTO nabij.tombstone (digest, source_id, register, reason, change)
SELECT digest, source_id, %(register)s, reason, %(change)s FROM departing_source
WHERE source_id IS NOT NULL
ON CONFLICT (digest) DO UPDATE SET (reason, change) = (excluded.reason, excluded.change)

-- name: forget_who_is_private
-- Sources that were published by name and are known to be a private person's now. Undoing this
-- change does not publish them again.
WITH turned AS (
    DELETE FROM nabij.source AS s USING nabij.neighbour_salt, incoming_source AS i
    WHERE i.reason IS NULL AND i.source_id IS NULL AND s.owner_kind <> 'person'
      AND i.digest = sha256(salt || convert_to(s.source_id, 'UTF8'))
    RETURNING i.digest
)
INSERT INTO turned_private SELECT digest FROM turned

-- name: remember_updated_neighbours
-- Private persons' sources that are different now, or published by name, as they were.
INSERT INTO nabij.catalogue_before (change, digest, neighbour)
SELECT %(change)s, n.digest, to_jsonb(n)
FROM nabij.neighbour AS n JOIN incoming_source AS i ON n.digest = i.digest
WHERE i.reason IS NULL
  AND (i.source_id IS NOT NULL
       OR (n.technology, n.northing_m, n.easting_m, n.least_kw, n.most_kw, n.licence, n.register,
           n.made_up)
          IS DISTINCT FROM
          (i.technology, i.northing_m, i.easting_m, i.least_kw, i.most_kw, i.licence, i.register,
           i.made_up))

-- name: forget_who_is_public
-- Sources that were counted and are published by name now.
DELETE FROM nabij.neighbour AS n USING incoming_source AS i
WHERE i.reason IS NULL AND i.source_id IS NOT NULL AND n.digest = i.digest

-- name: remember_updated
-- Sources that are different now, as they were.
INSERT INTO nabij.catalogue_before (change, digest, source_id, source)
SELECT %(change)s, i.digest, s.source_id, to_jsonb(s) - '{geom,same_as}'::text[]
FROM nabij.source AS s JOIN incoming_source AS i ON s.source_id = i.source_id
WHERE i.reason IS NULL
  AND (s.name, s.technology, s.owner_kind, s.capacity_kw, s.story, s.language, s.licence, s.register,
       s.made_up, s.latitude_e5, s.longitude_e5)
      IS DISTINCT FROM
      (i.name, i.technology, i.owner_kind, i.capacity_kw, i.story, i.language, i.licence, i.register,
       i.made_up, i.latitude_e5, i.longitude_e5)

-- name: update
-- Sources that were there and are different now.
UPDATE nabij.source AS s
SET (name, technology, owner_kind, capacity_kw, story, language, licence, register, made_up,
     latitude_e5, longitude_e5, geom)
  = (i.name, i.technology, i.owner_kind, i.capacity_kw, i.story, i.language, i.licence, i.register,
     i.made_up, i.latitude_e5, i.longitude_e5, i.geom)
FROM incoming_source AS i, nabij.catalogue_before AS b
WHERE i.reason IS NULL AND s.source_id = i.source_id AND b.change = %(change)s AND b.digest = i.digest

-- name: update_neighbours
-- Private persons' sources that were there and are different now.
UPDATE nabij.neighbour AS n
SET (technology, northing_m, easting_m, least_kw, most_kw, licence, register, made_up)
  = (i.technology, i.northing_m, i.easting_m, i.least_kw, i.most_kw, i.licence, i.register,
     i.made_up)
FROM incoming_source AS i, nabij.catalogue_before AS b
WHERE i.reason IS NULL AND i.source_id IS NULL AND n.digest = i.digest
  AND b.change = %(change)s AND b.digest = n.digest

-- name: insert
-- Sources that are new.
INSERT INTO nabij.source (source_id, name, technology, owner_kind, capacity_kw, story, language,
                          licence, register, made_up, located, latitude_e5, longitude_e5, geom,
                          added_in)
SELECT source_id, name, technology, owner_kind, capacity_kw, story, language, licence, register, made_up,
       'site', latitude_e5, longitude_e5, geom, %(change)s
FROM incoming_source AS i
WHERE reason IS NULL AND source_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM nabij.source AS s WHERE s.source_id = i.source_id)

-- name: insert_neighbours
-- Private persons' sources that are new. Those that were published by name stay when this is undone.
INSERT INTO nabij.neighbour (digest, technology, northing_m, easting_m, least_kw, most_kw, licence,
                             register, made_up, added_in)
SELECT digest, technology, northing_m, easting_m, least_kw, most_kw, licence, register, made_up,
       CASE WHEN turned.digest IS NULL THEN %(change)s END
FROM incoming_source AS i LEFT JOIN turned_private AS turned USING (digest)
WHERE reason IS NULL AND source_id IS NULL
  AND NOT EXISTS (SELECT FROM nabij.neighbour AS n WHERE n.digest = i.digest)

-- name: publish_neighbours
-- As a number in each square.
SELECT nabij.publish_neighbours()

-- name: link
-- Sources that another register has, too, are shown once.
SELECT nabij.link_sources()

-- name: count_linked
-- How many sources of this register another register has, too.
SELECT count(*) FROM nabij.source AS linked JOIN nabij.source AS shown ON shown.source_id = linked.same_as
WHERE linked.register IS NOT DISTINCT FROM %(register)s OR shown.register IS NOT DISTINCT FROM %(register)s

-- name: next_version
-- The catalogue has changed.
UPDATE nabij.catalogue SET version = version + 1, changed_at = %(now)s RETURNING version

-- name: record_counts
-- What it did.
UPDATE nabij.catalogue_change
SET (rows_read, inserted, updated, departed, rejected)
  = (%(rows_read)s, %(inserted)s, %(updated)s, %(departed)s, %(rejected)s)
WHERE number = %(change)s

-- name: count
-- How many rows were taken (no reason) and rejected, by reason.
SELECT reason, count(*) FROM incoming_source GROUP BY reason

-- name: write_rejects
-- Row number and reason of every rejected row; nothing of its data.
COPY (SELECT row_number AS row, reason FROM incoming_source WHERE reason IS NOT NULL
      ORDER BY row_number) TO STDOUT (FORMAT csv, HEADER)

-- name: clear_away
-- So that one transaction can import several files.
DROP TABLE incoming_source, departing_source, turned_private
