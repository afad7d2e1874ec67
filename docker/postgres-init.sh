#!/usr/bin/env bash
# First start of the database container: the owner, the application's role, and the database.
# The application connects as a role that neither owns tables nor is superuser, so that the rules which the
# owner lays down (row-level security, frozen rows) hold for it.
set -euo pipefail

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner_password="$(cat /run/secrets/owner_password)" \
    --set app_password="$(cat /run/secrets/app_password)" <<'SQL'
CREATE ROLE loopwright_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE loopwright_app LOGIN PASSWORD :'app_password';
CREATE DATABASE loopwright OWNER loopwright_owner;
REVOKE ALL ON DATABASE loopwright FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE loopwright TO loopwright_app;
SQL
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname loopwright <<'SQL'
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS citext;
SQL
