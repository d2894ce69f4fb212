/** How big the whole cluster is, bytes. */
export const clusterBytes = "SELECT sum(pg_database_size(oid)) FROM pg_database;";

/** Databases and roles that the fleet doesn't make, of which a dump of the tenant's database knows nothing. */
export const foreignObjects = `
SELECT 'database ' || datname FROM pg_database
 WHERE datname NOT IN ('postgres', 'template0', 'template1', current_database())
UNION ALL
SELECT 'role ' || rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname NOT IN ('postgres', 'odoo', 'monitoring')
ORDER BY 1;`;

/** Whether the cluster has the role of monitoring, to which the database may grant something: `t` or `f`. */
export const hasMonitoringRole = "SELECT count(*) > 0 FROM pg_roles WHERE rolname = 'monitoring';";

/**
 * What a database holds, in lines that are equal exactly when the databases are: its owner and encoding, its extensions, its
 * settings, each table's owner, number of rows and the sum of its rows' hashes, each sequence's position, and large objects. Left
 * out is when it was backed up, which goes on.
 */
export const databaseFacts = `
SET extra_float_digits = 1; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex'; SET timezone = 'UTC';
SET statement_timeout = 0;
SELECT 'database', pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype
  FROM pg_database WHERE datname = current_database();
SELECT 'extension', extname, extversion, extnamespace::regnamespace FROM pg_extension ORDER BY extname;
SELECT 'setting', setrole::regrole, setconfig FROM pg_db_role_setting
 WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 2, 3;
SELECT format('SELECT ''table'', %L, %L, count(*), coalesce(sum(hashtextextended(odoo_fleet_row::text, 0)), 0) FROM ONLY %I.%I odoo_fleet_row',
    n.nspname || '.' || c.relname, pg_get_userbyid(c.relowner), n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'odoo_fleet') ORDER BY n.nspname, c.relname
\\gexec
SELECT format('SELECT ''sequence'', %L, last_value, is_called FROM %I.%I', n.nspname || '.' || c.relname, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'S' AND n.nspname !~ '^pg_' ORDER BY n.nspname, c.relname
\\gexec
SELECT 'large objects', count(*), coalesce(sum(hashtextextended(encode(lo_get(oid), 'hex'), 0)), 0) FROM pg_largeobject_metadata;`;
