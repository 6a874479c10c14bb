-- The catalogue of sources. Public: nothing here is about a person. What several registers have is shown once.

-- name: kth_distance
-- How far, in the grid's plane, the k-th nearest source is from a cell's centre; infinite where
-- there are fewer than k; and in which version of the catalogue.
SELECT CASE WHEN count(*) = %(k)s THEN max(distance) ELSE 'infinity' END AS distance_m,
       (SELECT version FROM catalogue) AS version
FROM (
    SELECT geom <-> ST_Point(%(easting_m)s, %(northing_m)s, 3035) AS distance
    FROM source
    WHERE same_as IS NULL
      AND (%(technology)s::technology IS NULL OR technology = %(technology)s::technology)
    ORDER BY geom <-> ST_Point(%(easting_m)s, %(northing_m)s, 3035)
    LIMIT %(k)s
) AS nearest

-- name: candidates
-- The sources within a radius of a cell's centre, and where they are; no more than a limit.
SELECT source_id AS id, latitude_e5, longitude_e5
FROM source
WHERE same_as IS NULL
  AND ST_DWithin(geom, ST_Point(%(easting_m)s, %(northing_m)s, 3035), %(radius_m)s)
  AND (%(technology)s::technology IS NULL OR technology = %(technology)s::technology)
LIMIT %(limit)s

-- name: details
-- All that is shown of some sources, those nearest to a cell's centre first.
SELECT source_id AS id, latitude_e5, longitude_e5, technology::text, owner_kind::text, licence,
       made_up, located, name, story, language, register, capacity_kw, least_kw, most_kw, count
FROM source
WHERE source_id = ANY(%(ids)s)
ORDER BY geom <-> ST_Point(%(easting_m)s, %(northing_m)s, 3035), source_id

-- name: listed
-- What an operator sees of the catalogue.
SELECT source_id, name, technology::text, owner_kind::text, capacity_kw, count, made_up
FROM source
WHERE same_as IS NULL
  AND (%(technology)s::technology IS NULL OR technology = %(technology)s::technology)
ORDER BY name, source_id LIMIT %(limit)s

-- name: count
-- How many there are, by technology.
SELECT technology::text, sum(count)::bigint AS sources FROM source WHERE same_as IS NULL
GROUP BY technology ORDER BY technology
