-- Sources as vector tiles. Public: nothing here is about a person.

-- name: tile
-- The sources in one tile of the web's map grid: each by itself while they are few, else one point
-- for each square of a raster over the tile and each technology, with how many it stands for. No
-- more than a cap either way; the largest first.
WITH inside AS MATERIALIZED (
    SELECT source_id, technology, owner_kind, capacity_kw, count,
           ST_Transform(geom, 3857) AS point
    FROM source
    WHERE geom && ST_Transform(ST_Segmentize(
        ST_TileEnvelope(%(z)s, %(x)s, %(y)s), %(side_m)s / 16), 3035)
      AND ST_Transform(geom, 3857) && ST_TileEnvelope(%(z)s, %(x)s, %(y)s)
), few AS (
    SELECT count(*) <= %(cap)s AND %(z)s >= %(single_from)s AS single FROM inside
), drawn AS (
    SELECT source_id AS id, technology::text, owner_kind::text,
           capacity_kw AS "kW", count, point
    FROM inside, few WHERE single
    UNION ALL
    SELECT NULL, technology::text, NULL, sum(capacity_kw), sum(count)::int,
           ST_Centroid(ST_Collect(point))
    FROM inside, few WHERE NOT single
    GROUP BY technology, ST_SnapToGrid(point, %(side_m)s / %(squares)s)
), capped AS (
    SELECT id, technology, owner_kind, "kW", count,
           ST_AsMVTGeom(point, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), buffer => 0) AS geom
    FROM drawn ORDER BY count DESC, "kW" DESC NULLS LAST, id, technology LIMIT %(cap)s
)
SELECT coalesce(ST_AsMVT(capped, 'sources', 4096, 'geom'), ''::bytea) AS tile FROM capped
