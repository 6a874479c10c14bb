#!/bin/sh
# Runs once, in a new database: makes the role that the backend signs in as. It can do nothing yet;
# the migration grants it what it needs.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 --quiet <<'SQL'
\set password `cat /run/secrets/nabij_api_password`
CREATE ROLE nabij_api LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'password';
SQL
