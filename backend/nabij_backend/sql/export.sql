-- Everything about one person, as of one moment.

-- name: rows
-- The rows of one table about the person, in the order of its key; the table is named by the erasure
-- map. The drawing of a square is left out: it is the cell again.
SELECT to_jsonb(about) - 'square' AS kept FROM nabij.{table} AS about
WHERE subject_id = %(subject_id)s ORDER BY about

-- name: rows_held
-- The same for a table whose rows also name whom they give a right to.
SELECT to_jsonb(about) - 'square' AS kept FROM nabij.{table} AS about
WHERE subject_id = %(subject_id)s OR {holder} = %(subject_id)s ORDER BY about

-- name: notices
-- The privacy statements that the person was shown or acted on.
SELECT document FROM notice
WHERE version IN (
    SELECT notice_version FROM consent_event WHERE subject_id = %(subject_id)s
    UNION SELECT notice_version FROM notice_served WHERE subject_id = %(subject_id)s
)
ORDER BY version

-- name: sources
-- What the sources are that the person chose.
SELECT source_id, name, language, technology::text, owner_kind::text, count FROM source
WHERE source_id IN (SELECT source_id FROM choice WHERE subject_id = %(subject_id)s)
ORDER BY source_id
