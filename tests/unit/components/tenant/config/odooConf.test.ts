import { type OdooConfSettings, renderOdooConf } from "../../../../../components/tenant/config/odooConf";
import type { OdooVersion, Sizing } from "../../../../../fleet/types";

const sizing: Sizing["odoo"] = {
  memoryMiB: 1024,
  cpus: 1,
  workers: 2,
  maxCronThreads: 1,
  limitMemorySoft: 1000,
  limitMemoryHard: 2000,
  limitTimeCpu: 60,
  limitTimeReal: 120,
  dbMaxconn: 8,
  tmpMiB: 96,
};

function options(
  version: OdooVersion,
  changes: Partial<Pick<OdooConfSettings, "addonsPath" | "serverWideModules" | "odooOptions">> & {
    workers?: number;
  } = {},
): Record<string, string> {
  const text = renderOdooConf({
    version,
    database: "acme",
    databaseHost: "postgres",
    role: "odoo",
    rolePassword: "role-secret",
    masterPasswordHash: "$pbkdf2-sha512$hash",
    addonsPath: changes.addonsPath,
    serverWideModules: changes.serverWideModules ?? [],
    odooOptions: changes.odooOptions ?? {},
    sizing: { ...sizing, workers: changes.workers ?? sizing.workers },
  });
  const [header, ...lines] = text.trim().split("\n");
  expect(header).toBe("[options]");
  return Object.fromEntries(lines.map((line) => line.split(" = ") as [string, string]));
}

const common = {
  admin_passwd: "$pbkdf2-sha512$hash",
  data_dir: "/var/lib/odoo",
  db_host: "postgres",
  db_port: "5432",
  db_user: "odoo",
  db_password: "role-secret",
  db_name: "acme",
  dbfilter: "^acme$",
  db_maxconn: "8",
  db_maxconn_gevent: "8",
  list_db: "False",
  unaccent: "True",
  http_interface: "0.0.0.0",
  http_port: "8069",
  gevent_port: "8072",
  proxy_mode: "True",
  workers: "2",
  max_cron_threads: "1",
  limit_memory_soft: "1000",
  limit_memory_hard: "2000",
  limit_time_cpu: "60",
  limit_time_real: "120",
  log_level: "info",
  log_handler: ":INFO,werkzeug:WARNING,longpolling:WARNING",
};

describe("renderOdooConf", () => {
  it.each(["17.0", "18.0"] as const)("renders %s with demo data turned off by its old name", (version) => {
    expect(options(version)).toEqual({ ...common, without_demo: "all" });
  });

  it("renders 19.0 with demo data turned off by its new name", () => {
    expect(options("19.0")).toEqual({ ...common, with_demo: "False" });
  });

  it("never names an option that a supported release has dropped", () => {
    for (const version of ["17.0", "18.0", "19.0"] as const) {
      expect(Object.keys(options(version))).not.toContain("longpolling_port");
    }
  });

  it("leaves the gevent pool out of the threaded server", () => {
    const threaded = options("19.0", { workers: 0 });
    expect(threaded["workers"]).toBe("0");
    expect(threaded).not.toHaveProperty("db_maxconn_gevent");
  });

  it("loads server-wide modules beside what the release loads by itself", () => {
    const loaded = (version: OdooVersion): string | undefined =>
      options(version, { serverWideModules: ["queue_job", "web"] })["server_wide_modules"];
    expect([loaded("17.0"), loaded("18.0"), loaded("19.0")]).toEqual([
      "base,web,queue_job",
      "base,web,queue_job",
      "base,rpc,web,queue_job",
    ]);
    expect(options("19.0")).not.toHaveProperty("server_wide_modules");
  });

  it("takes the tenant's own options, and a section for queue_job", () => {
    const odooOptions = { log_level: "warn", smtp_ssl: true, transient_age_limit: 2.5, limit_request: 100 } as const;
    expect(options("18.0", { odooOptions })).toEqual({
      ...{ ...common, without_demo: "all", log_level: "warn" },
      ...{ smtp_ssl: "True", transient_age_limit: "2.5", limit_request: "100" },
    });
    const text = options("18.0", { odooOptions: { queue_job: { channels: "root:2,root.mail:1" } } });
    expect(text).toMatchObject({ "[queue_job]": undefined, channels: "root:2,root.mail:1" });
  });

  it("names a folder of extra addons only where there is one", () => {
    expect(options("19.0")).not.toHaveProperty("addons_path");
    expect(options("19.0", { addonsPath: "/opt/odoo-fleet/addons" })["addons_path"]).toBe("/opt/odoo-fleet/addons");
  });
});
