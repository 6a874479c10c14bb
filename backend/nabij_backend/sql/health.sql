-- What the service needs to find before it serves.

-- name: state
-- Which schema the database has, and whether a notice is published.
SELECT version_num AS revision, EXISTS (SELECT FROM notice) AS has_notice FROM alembic_version
