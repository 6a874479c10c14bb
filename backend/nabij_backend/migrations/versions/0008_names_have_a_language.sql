-- Names and stories say which language they are in. A source that its register gives no name has none:
-- an app says what it is, in the language of the reader.

ALTER TABLE nabij.source
    ADD COLUMN language text,
    ADD CONSTRAINT source_language_check
        CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' AND length(language) <= 35),
    DROP CONSTRAINT source_others_are_told_of_check,
    ADD CONSTRAINT source_others_are_told_of_check CHECK (
        owner_kind = 'person' OR (count = 1 AND least_kw IS NULL AND most_kw IS NULL)
    ),
    DROP CONSTRAINT source_neighbours_are_not_told_of_check,
    ADD CONSTRAINT source_neighbours_are_not_told_of_check CHECK (
        owner_kind <> 'person'
        OR (located = 'cell' AND name IS NULL AND story IS NULL AND register IS NULL
            AND capacity_kw IS NULL AND language IS NULL)
    );

-- What imports called sources without a name.
WITH nameless AS (
    UPDATE nabij.source SET name = NULL
    WHERE (technology, name) IN (
        ('solar', 'Solar panels'), ('wind', 'Wind turbine'), ('hydro', 'Hydropower'),
        ('biogas', 'Biogas plant'), ('biomass', 'Biomass plant'), ('geothermal', 'Geothermal plant'),
        ('marine', 'Tidal or wave power')
    )
    RETURNING 1
)
UPDATE nabij.catalogue SET version = version + 1 WHERE EXISTS (SELECT FROM nameless);
