import type { OdooVersion, Sizing, Tenant } from "../../../fleet/types";

/** What `odoo.conf` is made of. Secrets are plain here: the result is a secret as a whole. */
export interface OdooConfSettings {
  readonly version: OdooVersion;
  readonly database: string;
  /** Host name of PostgreSQL on the internal network. */
  readonly databaseHost: string;
  readonly role: string;
  readonly rolePassword: string;
  /** PBKDF2 hash of the master password: the file never holds the password itself. */
  readonly masterPasswordHash: string;
  /** Folder of extra modules in the container; Odoo's own need not be named. */
  readonly addonsPath?: string;
  /** Modules loaded for all databases, beside the release's own. */
  readonly serverWideModules: readonly string[];
  /** What the tenant chose; it never has a name that the fleet solves. */
  readonly odooOptions: Tenant["odooOptions"];
  readonly sizing: Sizing["odoo"];
}

/** Where Odoo listens inside its container. The gevent port is bound only when there are workers. */
export const odooPorts = { http: 8069, gevent: 8072 } as const;

/** PostgreSQL role that a tenant's Odoo logs in with; never a superuser. `images/postgres/make-cluster` makes it. */
export const odooRole = "odoo";

/**
 * Renders `odoo.conf` with the option names that the given release knows.
 *
 * Sources: `odoo/tools/config.py` of each release. `gevent_port` replaced `longpolling_port` in 16;
 * demo data is on by default up to 18 and off from 19, where `without_demo` is gone in favour of `with_demo`.
 */
export function renderOdooConf(settings: OdooConfSettings): string {
  const { sizing } = settings;
  const { queue_job: queueJob, ...chosen } = settings.odooOptions;
  const options: Record<string, string | number | boolean> = {
    ...(settings.addonsPath ? { addons_path: settings.addonsPath } : {}),
    ...serverWideOption(settings),
    data_dir: "/var/lib/odoo",
    admin_passwd: settings.masterPasswordHash,
    db_host: settings.databaseHost,
    db_port: 5432,
    db_user: settings.role,
    db_password: settings.rolePassword,
    db_name: settings.database,
    dbfilter: `^${settings.database}$`,
    db_maxconn: sizing.dbMaxconn,
    ...(sizing.workers > 0 ? { db_maxconn_gevent: sizing.dbMaxconn } : {}),
    list_db: false,
    unaccent: true,
    // Containers are reached by their address; later releases bind to loopback unless told otherwise.
    http_interface: "0.0.0.0",
    http_port: odooPorts.http,
    gevent_port: odooPorts.gevent,
    proxy_mode: true,
    workers: sizing.workers,
    max_cron_threads: sizing.maxCronThreads,
    limit_memory_soft: sizing.limitMemorySoft,
    limit_memory_hard: sizing.limitMemoryHard,
    limit_time_cpu: sizing.limitTimeCpu,
    limit_time_real: sizing.limitTimeReal,
    log_level: "info",
    // Both loggers write a line for each request with its query, which may carry tokens. Nginx logs each request without.
    log_handler: ":INFO,werkzeug:WARNING,longpolling:WARNING",
    ...demoOption(settings.version),
    ...chosen,
  };
  return [...section("options", options), ...(queueJob ? section("queue_job", queueJob) : []), ""].join("\n");
}

function section(name: string, options: Readonly<Record<string, string | number | boolean>>): string[] {
  return [`[${name}]`, ...Object.entries(options).map(([key, value]) => `${key} = ${pythonValue(value)}`)];
}

/** The option takes the place of the release's own list, so that is repeated: 19 has moved XML-RPC and JSON-RPC to `rpc`. */
function serverWideOption({ version, serverWideModules }: OdooConfSettings): Record<string, string> {
  const own = version === "19.0" ? ["base", "rpc", "web"] : ["base", "web"];
  return serverWideModules.length === 0
    ? {}
    : { server_wide_modules: [...new Set([...own, ...serverWideModules])].join(",") };
}

function demoOption(version: OdooVersion): Record<string, string | boolean> {
  return version === "19.0" ? { with_demo: false } : { without_demo: "all" };
}

function pythonValue(value: string | number | boolean): string {
  return typeof value === "boolean" ? (value ? "True" : "False") : String(value);
}
