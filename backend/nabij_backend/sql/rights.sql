-- Choices of customers, and their access log. Every statement names its person.

-- name: choices
-- The sources that the person picked.
SELECT source_id FROM choice WHERE subject_id = %(subject_id)s ORDER BY source_id

-- name: forget_choices
-- Those that are picked no longer.
DELETE FROM choice
WHERE subject_id = %(subject_id)s AND NOT (source_id = ANY (%(source_ids)s::text[]))

-- name: unknown_choices
-- Whether any is neither in the catalogue nor picked before it left.
SELECT EXISTS (
    SELECT FROM unnest(%(source_ids)s::text[]) AS wanted (source_id)
    WHERE NOT EXISTS (SELECT FROM source WHERE source.source_id = wanted.source_id)
      AND NOT EXISTS (
          SELECT FROM choice
          WHERE choice.subject_id = %(subject_id)s AND choice.source_id = wanted.source_id
      )
) AS any_unknown

-- name: choose
-- Those that are picked from now on.
INSERT INTO choice (subject_id, source_id, chosen_at)
SELECT %(subject_id)s, source_id, %(now)s FROM unnest(%(source_ids)s::text[]) AS source_id
ON CONFLICT (subject_id, source_id) DO NOTHING

-- name: reads
-- Who looked, newest first; those before the entry that the last page ended with. Materialized, or the planner, which has
-- no statistics, would look through everybody's by their time.
WITH mine AS MATERIALIZED (
    SELECT entry_id, reader, reader_id, purpose, read_at FROM access_log
    WHERE subject_id = %(subject_id)s
)
SELECT entry_id, reader::text, reader_id, purpose, read_at FROM mine
WHERE %(before)s::uuid IS NULL OR (read_at, entry_id) < (
    SELECT read_at, entry_id FROM mine WHERE entry_id = %(before)s
)
ORDER BY read_at DESC, entry_id DESC LIMIT %(most)s
