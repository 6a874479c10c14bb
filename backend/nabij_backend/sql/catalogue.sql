-- The catalogue as everybody may keep it. Public: nothing here is about a person.

-- name: version
-- Changes whenever a source does.
SELECT version FROM catalogue

-- name: edition
-- The version, and when it came about.
SELECT version, changed_at FROM catalogue

-- name: renumber
-- A number that no version has had: they come one by one, and slower than one a second.
UPDATE catalogue SET version = greatest(version + 1, floor(extract(epoch FROM %(now)s::timestamptz)))

-- name: published
-- The corner of the square of 100 km that each source is in, and the source as it is published.
SELECT (floor(ST_Y(geom) / 100000) * 100000)::integer AS region_northing_m,
       (floor(ST_X(geom) / 100000) * 100000)::integer AS region_easting_m,
       source_id AS id, latitude_e5, longitude_e5, technology::text, owner_kind::text, licence,
       made_up, located, name, story, language, register, capacity_kw, least_kw, most_kw, count
FROM source WHERE same_as IS NULL

-- name: attribution
-- What the catalogue owes to each register, neighbours' sources included.
SELECT owed.register, owed.licence, attribution, edition, url, sum(sources)::bigint AS sources FROM (
    SELECT register, licence, count(*) AS sources FROM source
    WHERE owner_kind <> 'person' AND same_as IS NULL GROUP BY register, licence
    UNION ALL
    SELECT register, licence, count(*) FROM neighbour GROUP BY register, licence
) AS owed LEFT JOIN register ON register.name = owed.register
GROUP BY owed.register, owed.licence, register.name ORDER BY owed.register NULLS LAST, owed.licence
