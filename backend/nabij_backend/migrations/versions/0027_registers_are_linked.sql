-- A source that several registers have is shown once: as `same_as` says, which follows from the catalogue.
ALTER TABLE nabij.source
    ADD COLUMN same_as text,
    ADD CONSTRAINT source_same_as_fkey FOREIGN KEY (same_as) REFERENCES nabij.source (source_id)
        ON DELETE SET NULL,
    ADD CONSTRAINT source_same_as_another_check CHECK (same_as <> source_id),
    ADD CONSTRAINT source_neighbours_are_not_linked_check CHECK (owner_kind <> 'person' OR same_as IS NULL);
ALTER TABLE nabij.source ALTER same_as SET STATISTICS 0;
-- What a change replaced names no other source, which may turn out to be a private person's. Links are made anew.
ALTER TABLE nabij.catalogue_before
    ADD CONSTRAINT catalogue_before_links_are_not_kept_check CHECK (NOT source ? 'same_as');
CREATE INDEX source_same_as_idx ON nabij.source (same_as) WHERE same_as IS NOT NULL;

-- Links each source to the one of another register that it is, and answers how many links are different now.
--
-- Two sources are one where their technology is the same, their capacities are known and differ by a fifth at most,
-- and each is the nearest such source that the other's register has within 100 m: "mutually nearest", after C. Beeri,
-- Y. Kanza, E. Safra, Y. Sagiv, "Object Fusion in Geographic Information Systems", VLDB 2004. The supplier's own
-- source is shown, else that of the register that was imported first. Without JIT: compiling took nine tenths of the time.
CREATE FUNCTION nabij.link_sources() RETURNS bigint LANGUAGE plpgsql
SET search_path = nabij, public, pg_temp SET jit = off SET enable_nestloop = on AS $$
DECLARE
    linked_ids text[];
    shown_ids text[];
    changed bigint;
BEGIN
    WITH ordered AS (
        SELECT coalesce(register, '') AS register,
               row_number() OVER (ORDER BY register IS NOT NULL, began NULLS FIRST, register) AS place
        FROM (SELECT DISTINCT register FROM source WHERE owner_kind <> 'person') AS told
        LEFT JOIN (SELECT register, min(number) AS began FROM catalogue_change GROUP BY register) AS change
        USING (register)
    ), alike AS (
        SELECT one.source_id AS shown, one.register AS shown_register, one_is.place,
               other.source_id AS linked, other.register AS linked_register,
               ST_Distance(one.geom, other.geom) AS distance
        FROM source AS other
        JOIN source AS one
          ON ST_DWithin(one.geom, other.geom, 100) AND one.technology = other.technology
         AND one.made_up = other.made_up
         AND one.capacity_kw BETWEEN 0.8 * other.capacity_kw AND other.capacity_kw / 0.8
        JOIN ordered AS one_is ON one_is.register = coalesce(one.register, '')
        JOIN ordered AS other_is ON other_is.register = coalesce(other.register, '')
        WHERE one_is.place < other_is.place AND (SELECT count(*) FROM ordered) > 1
    ), mutually AS (
        SELECT *,
               row_number() OVER (PARTITION BY linked, shown_register ORDER BY distance, shown) AS from_linked,
               row_number() OVER (PARTITION BY shown, linked_register ORDER BY distance, linked) AS from_shown
        FROM alike
    ), link AS (
        SELECT DISTINCT ON (linked) linked, shown FROM mutually
        WHERE from_linked = 1 AND from_shown = 1 ORDER BY linked, place
    )
    SELECT array_agg(linked), array_agg(shown) INTO linked_ids, shown_ids FROM link;
    -- The planner takes a table that was just filled for what it was, and would loop over it for each of its rows.
    SET LOCAL enable_nestloop = off;
    UPDATE source AS s SET same_as = link.shown
    FROM source AS before
    LEFT JOIN unnest(linked_ids, shown_ids) AS link (linked, shown) ON link.linked = before.source_id
    WHERE before.source_id = s.source_id AND before.same_as IS DISTINCT FROM link.shown;
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$;
REVOKE ALL ON FUNCTION nabij.link_sources() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION nabij.link_sources() TO nabij_operator;
