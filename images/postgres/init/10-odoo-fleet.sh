#!/bin/sh
# Runs once, on the temporary server of the first start, which listens on its socket only.
# The role can log in and use its database; it can neither create databases nor reach the server's files.
set -eu

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set role="$ODOO_ROLE" --set database="$ODOO_DATABASE" <<'SQL'
\set password `cat /etc/odoo-fleet/role-password`
CREATE ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
-- Odoo serves only databases that its role owns.
CREATE DATABASE :"database" OWNER :"role" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
\connect :"database"
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
-- Odoo indexes unaccented text, for which the function must be immutable.
ALTER FUNCTION unaccent(text) IMMUTABLE;
ALTER SCHEMA public OWNER TO :"role";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL

# The cluster's own rules, which the server doesn't read as long as it is given ours, shall be no weaker.
cp /etc/odoo-fleet/pg_hba.conf "$PGDATA/pg_hba.conf"
# initdb was told not to wait for the disk with each of its files; all of them are waited for here, before they count.
sync --file-system "$PGDATA"
rm -f "$(dirname "$PGDATA")/.first-start"
