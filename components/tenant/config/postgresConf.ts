import { archiveCommand, socketFolder } from "../../backup/pgbackrestConf";
import { configFolder } from "../../../fleet/security";
import { monitoringRole } from "../../../monitoring/contract";
import type { PostgresVersion, Sizing } from "../../../fleet/types";

/** Name of the database server on the internal network. */
export const postgresAlias = "postgres";

/**
 * Seconds after which a segment of the log is archived though it isn't full: with what it takes to archive it, less than the
 * minute that a customer may lose.
 */
const archiveTimeout = 40;

/** Renders `postgresql.conf` for a plan. Paths are the container's. */
export function renderPostgresConf(sizing: Sizing["postgres"]): string {
  return `# What a plan gives: see docs/configuration.md.
listen_addresses = '*'
hba_file = '${configFolder}/pg_hba.conf'
# The second is for the helper that backs the cluster up.
unix_socket_directories = '/var/run/postgresql, ${socketFolder}'
max_connections = ${sizing.maxConnections}
superuser_reserved_connections = 3
shared_buffers = '${sizing.sharedBuffersMiB}MB'
effective_cache_size = '${sizing.effectiveCacheSizeMiB}MB'
work_mem = '${sizing.workMemKiB}kB'
maintenance_work_mem = '${sizing.maintenanceWorkMemMiB}MB'
# Shared memory comes from /dev/shm, which the container sizes.
dynamic_shared_memory_type = posix
# Several small clusters share a host: parallel workers would only take memory from each other.
max_worker_processes = 4
max_parallel_workers = 2
max_parallel_workers_per_gather = 0
autovacuum_max_workers = 1
# Write-ahead log kept small: the smallest plans have small volumes.
min_wal_size = '80MB'
max_wal_size = '512MB'
checkpoint_timeout = '15min'
# The log goes to the repository as it is written.
archive_mode = on
archive_command = '${archiveCommand}'
archive_timeout = '${archiveTimeout}s'
# Tells how long what isn't archived has waited.
track_commit_timestamp = on
random_page_cost = 1.1
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] %q%u@%d '
# Statements may hold secrets (a password that is set, a customer's data): only their duration is logged.
log_statement = 'none'
log_min_error_statement = panic
idle_in_transaction_session_timeout = '${sizing.idleInTransactionMinutes}min'
`;
}

/** Who may log in to a tenant's database. */
export interface PgHbaSettings {
  readonly database: string;
  /** The tenant's role. */
  readonly role: string;
  readonly odooAddress: string;
  /** The host itself, where it may log in too: the portal's worker runs there. Default: it may not. */
  readonly hostAddress?: string;
  /** The exporter that asks the database for its figures, in a fleet that is watched. */
  readonly exporterAddress?: string;
}

/**
 * Who may log in: the tenant's role from its Odoo's address, the role of monitoring from its exporter's, and the superuser
 * from inside the container only. The host itself, which is the gateway of every network, may not, but for the portal's.
 */
export function renderPgHba({ database, role, odooAddress, hostAddress, exporterAddress }: PgHbaSettings): string {
  const exporter =
    exporterAddress === undefined ? "" : `host ${database} ${monitoringRole} ${exporterAddress}/32 scram-sha-256\n`;
  const host = hostAddress === undefined ? "" : `host ${database} ${role} ${hostAddress}/32 scram-sha-256\n`;
  return `# type database user address method
local all postgres peer
host ${database} ${role} ${odooAddress}/32 scram-sha-256
# Odoo asks the maintenance database whether the server answers.
host postgres ${role} ${odooAddress}/32 scram-sha-256
${host}${exporter}`;
}

/**
 * Where the image keeps its data: the volume's mount point and PGDATA in it.
 * From 18 on the official image declares the parent folder as its volume.
 */
export function postgresDataPaths(version: PostgresVersion): { mount: string; data: string } {
  return version >= 18
    ? { mount: "/var/lib/postgresql", data: `/var/lib/postgresql/${version}/docker` }
    : { mount: "/var/lib/postgresql/data", data: "/var/lib/postgresql/data/pgdata" };
}
