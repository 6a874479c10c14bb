-- The catalogue of sources. Public: nothing here is about a person.

-- name: catalogue_version
-- Changes whenever a source does.
SELECT version FROM catalogue

-- name: kth_distance
-- How far, in the grid's plane, the k-th nearest source is from a cell's centre; infinite where
-- there are fewer than k.
SELECT CASE WHEN count(*) = %(k)s THEN max(distance) ELSE 'infinity' END AS distance_m
FROM (
    SELECT geom <-> ST_Point(%(easting_m)s, %(northing_m)s, 3035) AS distance
    FROM source
    WHERE %(technology)s::technology IS NULL OR technology = %(technology)s::technology
    ORDER BY geom <-> ST_Point(%(easting_m)s, %(northing_m)s, 3035)
    LIMIT %(k)s
) AS nearest

-- name: within
-- Every source within a radius of a cell's centre, nearest first, as the inside of a JSON array.
SELECT coalesce(
    string_agg(feature, ',' ORDER BY geom <-> ST_Point(%(easting_m)s, %(northing_m)s, 3035)), ''
) AS features
FROM source
WHERE ST_DWithin(geom, ST_Point(%(easting_m)s, %(northing_m)s, 3035), %(radius_m)s)
  AND (%(technology)s::technology IS NULL OR technology = %(technology)s::technology)

-- name: listed
-- What an operator sees of the catalogue.
SELECT source_id, name, technology::text, owner_kind::text, capacity_kw, made_up
FROM source
WHERE %(technology)s::technology IS NULL OR technology = %(technology)s::technology
ORDER BY name, source_id LIMIT %(limit)s

-- name: count
-- How many there are, by technology.
SELECT technology::text, count(*) AS sources FROM source GROUP BY technology ORDER BY technology
