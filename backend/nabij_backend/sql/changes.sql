-- What operators see of registers and sources, remove from the catalogue, and take back.

-- name: take_turn
-- Changes queue here, and readers are not held up.
SELECT FROM nabij.catalogue FOR UPDATE

-- name: registers
-- Each register, with its sources, its private persons' sources and its last change that stands.
SELECT name, edition, licence, attribution, url,
       (SELECT count(*) FROM nabij.source AS s WHERE s.register = r.name) AS sources,
       (SELECT count(*) FROM nabij.neighbour AS n WHERE n.register = r.name) AS neighbours,
       (SELECT count(*) FROM nabij.source AS s WHERE s.register = r.name AND same_as IS NOT NULL) AS linked,
       number AS change, changed_at
FROM nabij.register AS r
LEFT JOIN LATERAL (
    SELECT number, changed_at FROM nabij.catalogue_change
    WHERE register = r.name AND undone_at IS NULL ORDER BY number DESC LIMIT 1
) AS newest ON true
ORDER BY name

-- name: show
-- A source that is published by name, with what is known of its register.
SELECT source_id, s.name, technology::text, owner_kind::text, capacity_kw, story, language,
       s.licence, register, edition, attribution, url, made_up,
       latitude_e5 / 1e5::float8 AS latitude, longitude_e5 / 1e5::float8 AS longitude, same_as,
       (SELECT array_agg(linked.source_id ORDER BY linked.source_id) FROM nabij.source AS linked
        WHERE linked.same_as = s.source_id) AS linked
FROM nabij.source AS s LEFT JOIN nabij.register AS r ON r.name = s.register
WHERE source_id = %(source_id)s AND owner_kind <> 'person'

-- name: show_departed
-- A source that left the catalogue.
SELECT source_id, t.register, reason, number AS change, changed_at AS departed_at
FROM nabij.tombstone AS t JOIN nabij.catalogue_change ON number = change
WHERE source_id = %(source_id)s

-- name: find
-- The register of a source: one that is published by name, or a private person's.
SELECT sha256(salt || convert_to(%(source_id)s, 'UTF8')) AS digest, s.source_id,
       coalesce(s.register, n.register) AS register
FROM nabij.neighbour_salt
LEFT JOIN nabij.source AS s ON s.source_id = %(source_id)s AND owner_kind <> 'person'
LEFT JOIN nabij.neighbour AS n ON n.digest = sha256(salt || convert_to(%(source_id)s, 'UTF8'))
WHERE s.source_id IS NOT NULL OR n.digest IS NOT NULL

-- name: record_removal
-- A removal; its count follows.
INSERT INTO nabij.catalogue_change (kind, register, register_before, edition, licence, changed_at)
SELECT 'removal', %(register)s, to_jsonb(r), edition, licence, %(now)s
FROM (SELECT) AS one LEFT JOIN nabij.register AS r ON name = %(register)s
RETURNING number

-- name: remember_source
-- A source that is published by name, as it was.
INSERT INTO nabij.catalogue_before (change, digest, source_id, source)
SELECT %(change)s, %(digest)s, source_id, to_jsonb(s) - '{geom,same_as}'::text[] FROM nabij.source AS s
WHERE source_id = %(source_id)s

-- name: remove_source
-- It leaves.
DELETE FROM nabij.source WHERE source_id = %(source_id)s

-- name: remove_neighbour
-- A private person's source leaves, and nothing of it is remembered.
DELETE FROM nabij.neighbour WHERE digest = %(digest)s

-- name: forget_neighbour
-- Nor by what earlier changes replaced.
DELETE FROM nabij.catalogue_before WHERE digest = %(digest)s AND source_id IS NULL

-- name: bury_for_good
-- It does not come back with the next import.
INSERT INTO nabij.tombstone (digest, source_id, register, reason, change)
VALUES (%(digest)s, %(source_id)s, %(register)s, 'removed', %(change)s)
ON CONFLICT (digest) DO UPDATE SET (reason, change) = (excluded.reason, excluded.change)

-- name: remember_register
-- All sources of a register, as they were.
INSERT INTO nabij.catalogue_before (change, digest, source_id, source, neighbour)
SELECT %(change)s, sha256(salt || convert_to(source_id, 'UTF8')), source_id, to_jsonb(s) - '{geom,same_as}'::text[], NULL
FROM nabij.source AS s, nabij.neighbour_salt WHERE register = %(register)s
UNION ALL
SELECT %(change)s, digest, NULL, NULL, to_jsonb(n) FROM nabij.neighbour AS n WHERE register = %(register)s

-- name: bury_register
-- A tombstone for each that was published by name; an import brings them back.
INSERT INTO nabij.tombstone (digest, source_id, register, reason, change)
SELECT digest, source_id, %(register)s, 'register-removed', %(change)s
FROM nabij.catalogue_before WHERE change = %(change)s AND source_id IS NOT NULL
ON CONFLICT (digest) DO UPDATE SET (reason, change) = (excluded.reason, excluded.change)

-- name: remove_register
-- Its sources leave.
DELETE FROM nabij.source WHERE register = %(register)s

-- name: remove_register_neighbours
-- And those of private persons.
DELETE FROM nabij.neighbour WHERE register = %(register)s

-- name: forget_edition
-- Whatever is imported next is newer.
UPDATE nabij.register SET edition = NULL WHERE name = %(register)s

-- name: last_change
-- The change to take back: the one of this number, else the newest that stands.
SELECT number, kind, register, register_before, changed_at, undone_at,
       NOT EXISTS (SELECT FROM nabij.catalogue_change AS later
                   WHERE later.number > c.number AND later.undone_at IS NULL
                     AND later.register IS NOT DISTINCT FROM c.register) AS is_newest
FROM nabij.catalogue_change AS c
WHERE number = coalesce(%(change)s, (SELECT max(number) FROM nabij.catalogue_change WHERE undone_at IS NULL))

-- name: bury_undone
-- A tombstone for each that came by name with the change, unless it was counted before.
INSERT INTO nabij.tombstone (digest, source_id, register, reason, change)
SELECT digest, source_id, %(register)s, 'undone', %(change)s
FROM nabij.source, nabij.neighbour_salt, sha256(salt || convert_to(source_id, 'UTF8')) AS digest
WHERE added_in = %(change)s
  AND digest NOT IN (SELECT b.digest FROM nabij.catalogue_before AS b WHERE change = %(change)s)

-- name: take_away
-- What the change published, or published differently.
DELETE FROM nabij.source
WHERE added_in = %(change)s
   OR source_id IN (SELECT source_id FROM nabij.catalogue_before WHERE change = %(change)s)

-- name: take_away_neighbours
-- What the change counted, or counted differently.
DELETE FROM nabij.neighbour
WHERE added_in = %(change)s
   OR digest IN (SELECT digest FROM nabij.catalogue_before WHERE change = %(change)s)

-- name: unbury
-- Tombstones of the change.
DELETE FROM nabij.tombstone WHERE change = %(change)s

-- name: bring_back
-- Sources as they were. The place is the published one.
INSERT INTO nabij.source
SELECT (jsonb_populate_record(NULL::nabij.source, source || jsonb_build_object('geom', ST_Transform(
    ST_Point((source ->> 'longitude_e5')::integer / 1e5, (source ->> 'latitude_e5')::integer / 1e5, 4326),
    3035)::text))).*
FROM nabij.catalogue_before WHERE change = %(change)s AND source IS NOT NULL

-- name: bring_back_neighbours
-- Private persons' sources as they were.
INSERT INTO nabij.neighbour
SELECT (jsonb_populate_record(NULL::nabij.neighbour, neighbour)).*
FROM nabij.catalogue_before WHERE change = %(change)s AND neighbour IS NOT NULL

-- name: describe_as_before
-- The register as it was described; one that the change made has no edition.
UPDATE nabij.register
SET (edition, licence, attribution, url)
  = ((%(before)s::jsonb ->> 'edition')::date, coalesce(%(before)s::jsonb ->> 'licence', licence),
     %(before)s::jsonb ->> 'attribution', %(before)s::jsonb ->> 'url')
WHERE name = %(register)s

-- name: mark_undone
-- The change stands no longer, and what it replaced is in the catalogue.
WITH forgotten AS (DELETE FROM nabij.catalogue_before WHERE change = %(change)s)
UPDATE nabij.catalogue_change SET undone_at = %(now)s WHERE number = %(change)s

-- name: record_departed
-- How many left.
UPDATE nabij.catalogue_change SET departed = %(departed)s WHERE number = %(change)s

-- name: publish
-- Private persons' sources as a number in each square, those of several registers once; the catalogue has changed.
WITH published AS (SELECT nabij.publish_neighbours(), nabij.link_sources())
UPDATE nabij.catalogue SET version = version + 1, changed_at = %(now)s FROM published RETURNING version
