-- The catalogue of sources. Public: nothing here is about a person. What several registers have is shown once.

-- name: candidates
-- All that is shown of the sources within a radius of a cell's centre, and where they are in the grid's plane; no more
-- than a limit. The radius grows with the distance of the k-th nearest, which is infinite where there are fewer than k;
-- nothing is read where that is too far. Beside each: that distance, and the version of the catalogue.
WITH kth AS MATERIALIZED (
    SELECT CASE WHEN count(*) = %(k)s THEN max(distance) ELSE 'infinity' END AS distance_m
    FROM (
        SELECT geom <-> ST_Point(%(easting_m)s, %(northing_m)s, 3035) AS distance
        FROM source
        WHERE same_as IS NULL
          AND (%(technology)s::technology IS NULL OR technology = %(technology)s::technology)
        ORDER BY geom <-> ST_Point(%(easting_m)s, %(northing_m)s, 3035)
        LIMIT %(k)s
    ) AS nearest
)
SELECT (SELECT version FROM catalogue), kth.distance_m, within.*
FROM kth LEFT JOIN LATERAL (
    SELECT ST_Y(geom), ST_X(geom), source_id AS id, latitude_e5, longitude_e5, technology::text, owner_kind::text,
           licence, made_up, located, name, story, language, register, capacity_kw, least_kw, most_kw, count
    FROM source
    WHERE same_as IS NULL
      AND (%(technology)s::technology IS NULL OR technology = %(technology)s::technology)
      AND ST_DWithin(geom, ST_Point(%(easting_m)s, %(northing_m)s, 3035),
                     least(%(margin_m)s + %(widening)s * kth.distance_m, %(farthest_m)s))
    LIMIT %(limit)s
) AS within ON kth.distance_m <= %(kth_at_most_m)s OR kth.distance_m = 'infinity'

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
