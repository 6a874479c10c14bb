-- What a database needs before its first migration. Every statement may run again.

-- name: create_owner
-- Owns the schema and may change it.
DO $$ BEGIN CREATE ROLE nabij_owner NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

-- name: create_api
-- What the service runs as: no DDL, no way around row-level security.
DO $$ BEGIN CREATE ROLE nabij_api NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

-- name: create_operator
-- What the supplier's operators run as: notices and sources.
DO $$ BEGIN CREATE ROLE nabij_operator NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

-- name: create_worker
-- What time does: sequencing the log, ending what is over, telling sleeping devices.
DO $$ BEGIN CREATE ROLE nabij_worker NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

-- name: create_auditor
-- Reads acts, grants and the log of everybody to check them; changes nothing.
DO $$ BEGIN CREATE ROLE nabij_auditor NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

-- name: create_postgis
-- Geometry types, functions and indexes.
CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public;

-- name: create_schema
-- Everything that Nabij keeps.
CREATE SCHEMA IF NOT EXISTS nabij AUTHORIZATION nabij_owner;
