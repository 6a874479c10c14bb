#!/bin/sh
# Runs once, in a new database: makes the roles that the backend and the worker sign in as. They can
# do nothing yet; the migration grants them what they need.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 --quiet <<'SQL'
\set password `cat /run/secrets/nabij_api_password`
CREATE ROLE nabij_api LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'password';
\set password `cat /run/secrets/nabij_work_password`
CREATE ROLE nabij_worker NOLOGIN NOBYPASSRLS;
CREATE ROLE nabij_work LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS
    PASSWORD :'password' IN ROLE nabij_worker, nabij_api;
SQL
