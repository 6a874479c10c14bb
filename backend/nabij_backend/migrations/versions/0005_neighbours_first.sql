-- A private person's source is in the catalogue only as a number in a square of many. What was
-- published of each before, by name, becomes such a number here; who had chosen one chooses anew.

-- What is kept of each: enough to count it once, however often its register is imported.
CREATE TABLE nabij.neighbour (
    digest bytea NOT NULL,
    technology nabij.technology NOT NULL,
    northing_m integer NOT NULL,
    easting_m integer NOT NULL,
    least_kw double precision,
    most_kw double precision,
    licence text NOT NULL,
    register text,
    made_up boolean NOT NULL,
    CONSTRAINT neighbour_pkey PRIMARY KEY (digest),
    CONSTRAINT neighbour_digest_length_check CHECK (octet_length(digest) = 32),
    CONSTRAINT neighbour_square_check
        CHECK (northing_m % 1000 = 0 AND easting_m % 1000 = 0),
    CONSTRAINT neighbour_band_check CHECK (
        (least_kw IS NULL AND most_kw IS NULL)
        OR (least_kw, coalesce(most_kw, 'infinity'))
           IN ((0, 5), (5, 15), (15, 50), (50, 'infinity'))
    )
);

-- Of an id of a register, only whoever has this can tell which digest it has.
CREATE TABLE nabij.neighbour_salt (
    singleton boolean DEFAULT true NOT NULL,
    salt bytea NOT NULL,
    CONSTRAINT neighbour_salt_pkey PRIMARY KEY (singleton),
    CONSTRAINT neighbour_salt_singleton_check CHECK (singleton),
    CONSTRAINT neighbour_salt_salt_length_check CHECK (octet_length(salt) = 32)
);
INSERT INTO nabij.neighbour_salt (salt)
VALUES (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

-- Which sources are a private person's: what the register says so of, and small solar roofs of
-- which it says nothing.
INSERT INTO nabij.neighbour
SELECT sha256(salt || convert_to(source_id, 'UTF8')), technology,
       (floor(ST_Y(geom) / 1000) * 1000)::integer, (floor(ST_X(geom) / 1000) * 1000)::integer,
       CASE WHEN capacity_kw <= 5 THEN 0 WHEN capacity_kw <= 15 THEN 5
            WHEN capacity_kw <= 50 THEN 15 WHEN capacity_kw > 50 THEN 50 END,
       CASE WHEN capacity_kw <= 5 THEN 5 WHEN capacity_kw <= 15 THEN 15
            WHEN capacity_kw <= 50 THEN 50 END,
       licence, nullif(split_part(source_id, ':', 1), source_id), made_up
FROM nabij.source, nabij.neighbour_salt
WHERE owner_kind = 'person'
   OR (owner_kind = 'unknown' AND technology = 'solar' AND coalesce(capacity_kw, 0) <= 15);

DELETE FROM nabij.source
WHERE owner_kind = 'person'
   OR (owner_kind = 'unknown' AND technology = 'solar' AND coalesce(capacity_kw, 0) <= 15)
   OR source_id LIKE 'neighbours:%';

ALTER TABLE nabij.source
    DROP COLUMN feature,
    DROP CONSTRAINT source_roofs_of_persons_are_cells_check,
    ALTER COLUMN name DROP NOT NULL,
    ADD COLUMN register text,
    ADD COLUMN least_kw double precision,
    ADD COLUMN most_kw double precision,
    ADD COLUMN count integer DEFAULT 1 NOT NULL,
    ADD COLUMN latitude_e5 integer,
    ADD COLUMN longitude_e5 integer;

-- The published place, which is rounded, is the place.
UPDATE nabij.source SET
    register = nullif(split_part(source_id, ':', 1), source_id),
    latitude_e5 = round(ST_Y(ST_Transform(geom, 4326)) * 100000),
    longitude_e5 = round(ST_X(ST_Transform(geom, 4326)) * 100000);
UPDATE nabij.source SET geom = ST_Transform(
    ST_Point(longitude_e5 / 100000.0, latitude_e5 / 100000.0, 4326), 3035);

ALTER TABLE nabij.source
    ALTER COLUMN latitude_e5 SET NOT NULL,
    ALTER COLUMN longitude_e5 SET NOT NULL,
    ADD CONSTRAINT source_count_check CHECK (count > 0),
    ADD CONSTRAINT source_neighbours_are_not_told_of_check CHECK (
        owner_kind <> 'person'
        OR (located = 'cell' AND name IS NULL AND story IS NULL AND register IS NULL
            AND capacity_kw IS NULL)
    ),
    ADD CONSTRAINT source_others_are_told_of_check CHECK (
        owner_kind = 'person'
        OR (count = 1 AND name IS NOT NULL AND least_kw IS NULL AND most_kw IS NULL)
    ),
    ADD CONSTRAINT source_small_roofs_are_neighbours_check CHECK (
        NOT (owner_kind = 'unknown' AND technology = 'solar' AND coalesce(capacity_kw, 0) <= 15)
    ),
    ADD CONSTRAINT source_neighbours_have_opaque_ids_check CHECK (
        (owner_kind = 'person') = (source_id LIKE 'neighbours:%')
    );

-- Publishes the neighbours of each square and technology as one source, and tells how many sources
-- came, went or changed by that. The id says nothing and is the same after every import.
CREATE FUNCTION nabij.publish_neighbours() RETURNS bigint LANGUAGE sql
SET search_path = nabij, public, pg_temp AS $$
    WITH square AS (
        SELECT 'neighbours:' || left(encode(sha256(convert_to(
                   technology || ' ' || northing_m || ' ' || easting_m, 'UTF8')), 'hex'), 16)
                   AS source_id,
               technology, min(least_kw) AS least_kw,
               nullif(max(coalesce(most_kw, 'infinity')) FILTER (WHERE least_kw IS NOT NULL),
                      'infinity') AS most_kw,
               count(*)::integer AS count,
               string_agg(DISTINCT licence, ', ' ORDER BY licence) AS licence,
               bool_or(made_up) AS made_up,
               ST_Transform(ST_Point(easting_m + 500, northing_m + 500, 3035), 4326) AS middle
        FROM neighbour GROUP BY technology, northing_m, easting_m
    ), placed AS (
        SELECT *, round(ST_Y(middle) * 100000)::integer AS latitude_e5,
               round(ST_X(middle) * 100000)::integer AS longitude_e5
        FROM square
    ), gone AS (
        DELETE FROM source
        WHERE owner_kind = 'person' AND source_id NOT IN (SELECT source_id FROM square)
        RETURNING 1
    ), changed AS (
        INSERT INTO source (source_id, technology, owner_kind, least_kw, most_kw, count, licence,
                            made_up, located, latitude_e5, longitude_e5, geom)
        SELECT source_id, technology, 'person', least_kw, most_kw, count, licence, made_up, 'cell',
               latitude_e5, longitude_e5,
               ST_Transform(ST_Point(longitude_e5 / 100000.0, latitude_e5 / 100000.0, 4326), 3035)
        FROM placed
        ON CONFLICT (source_id) DO UPDATE
        SET (least_kw, most_kw, count, licence, made_up)
          = (excluded.least_kw, excluded.most_kw, excluded.count, excluded.licence,
             excluded.made_up)
        WHERE (source.least_kw, source.most_kw, source.count, source.licence, source.made_up)
              IS DISTINCT FROM
              (excluded.least_kw, excluded.most_kw, excluded.count, excluded.licence,
               excluded.made_up)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM changed)
$$;
SELECT nabij.publish_neighbours();
UPDATE nabij.catalogue SET version = version + 1 WHERE version > 0;

-- Whoever listens hears of a new version when it is committed, however it came about.
CREATE FUNCTION nabij.tell_of_catalogue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('nabij_catalogue', NEW.version::text);
    RETURN NULL;
END $$;
CREATE TRIGGER told AFTER UPDATE ON nabij.catalogue
    FOR EACH ROW EXECUTE FUNCTION nabij.tell_of_catalogue();

REVOKE ALL ON nabij.neighbour, nabij.neighbour_salt FROM PUBLIC;
REVOKE ALL ON FUNCTION nabij.publish_neighbours() FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON nabij.neighbour TO nabij_operator;
GRANT SELECT ON nabij.neighbour_salt TO nabij_operator;
GRANT EXECUTE ON FUNCTION nabij.publish_neighbours() TO nabij_operator;
-- The attribution of the whole catalogue names the registers of neighbours' sources, too.
GRANT SELECT (licence, register) ON nabij.neighbour TO nabij_api;
