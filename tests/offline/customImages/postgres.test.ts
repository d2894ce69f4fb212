import { configFolder } from "../../../fleet/security";
import { walWaitingQuery } from "../../../monitoring/config/walWaiting";
import {
  additions,
  bases,
  dataMount,
  ImageSandbox,
  placeholder,
  postgresReady,
  postgresSizing,
  readable,
  specs,
  type StartedPostgres,
  startPostgres,
} from "../../support/customImages";
import { type Container, docker } from "../../support/imagesSandbox";
import { eventually } from "../../support/odooClient";

const sandbox = new ImageSandbox();
const base = bases();
const rolePassword = "the role's own";
let image: string;

beforeAll(async () => {
  image = await sandbox.build(specs().postgres);
});
afterAll(() => sandbox.forgetImages());

interface Tenant extends StartedPostgres {
  /** Asks as the tenant's Odoo would. */
  readonly ask: (sql: string, login?: { password?: string; user?: string; from?: Container }) => Promise<string>;
  readonly network: string;
}

async function start(options: readonly string[] = []): Promise<Tenant> {
  const network = await sandbox.network();
  const client = await placeholder(sandbox, network);
  const started = await startPostgres(sandbox, {
    ...{ image, network, client, options, rolePassword },
    database: "acme",
  });
  const ask: Tenant["ask"] = (sql, { password = rolePassword, user = "odoo", from = client } = {}) =>
    from.exec(
      "env",
      `PGPASSWORD=${password}`,
      "psql",
      "-X",
      "-At",
      "-h",
      "postgres",
      "-U",
      user,
      "-d",
      "acme",
      "-c",
      sql,
    );
  return { ...started, network, ask };
}

const firstStart = `${dataMount}/.first-start`;
const setRolePassword = (config: string, password: string): Promise<void> =>
  sandbox.fill(image, config, configFolder, { "role-password": readable(password) });

test("the image holds no secret and adds no environment variable", async () => {
  const { env, commands } = await additions(image, base.postgres[17]!);
  expect(env).toEqual([]);
  expect(commands).toContain("ENTRYPOINT");
  expect(commands).not.toMatch(/password|secret|token/i);
});

describe("a tenant's PostgreSQL", () => {
  let tenant: Tenant;

  beforeAll(async () => {
    tenant = await start();
    await tenant.server.until(postgresReady);
  });
  afterAll(() => sandbox.clean());

  test("has a role that owns its database and may do nothing beyond it", async () => {
    const rights = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls";
    expect(await tenant.ask(`SELECT ${rights} FROM pg_roles WHERE rolname = current_user`)).toBe("f|f|f|f|f");
    expect(await tenant.ask("SELECT datdba::regrole, datcollate FROM pg_database WHERE datname = 'acme'")).toBe(
      "odoo|C",
    );
    await expect(tenant.ask("CREATE DATABASE another")).rejects.toThrow("permission denied to create database");
    await expect(tenant.ask("SELECT pg_read_file('/etc/passwd')")).rejects.toThrow("permission denied");
    await expect(tenant.ask("COPY (SELECT 1) TO PROGRAM 'true'")).rejects.toThrow("permission denied");
  });

  test("has the extensions that Odoo uses", async () => {
    expect(await tenant.ask("SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension")).toBe(
      "pg_trgm plpgsql unaccent",
    );
    expect(await tenant.ask("CREATE TABLE t (c text); CREATE INDEX ON t (unaccent(c)); DROP TABLE t")).toContain(
      "CREATE INDEX",
    );
  });

  test("runs with the settings of its plan", async () => {
    expect(await tenant.ask("SHOW max_connections")).toBe(postgresSizing.maxConnections.toString());
    expect(await tenant.ask("SHOW shared_buffers")).toBe(`${postgresSizing.sharedBuffersMiB}MB`);
    expect(await tenant.ask("SHOW data_checksums")).toBe("on");
  });

  test("lets in its role from its Odoo's address alone", async () => {
    await expect(tenant.ask("SELECT 1", { password: "wrong" })).rejects.toThrow("password authentication failed");
    await expect(tenant.ask("SELECT 1", { user: "postgres" })).rejects.toThrow("no pg_hba.conf entry");
    const stranger = await placeholder(sandbox, tenant.network);
    await expect(tenant.ask("SELECT 1", { from: stranger })).rejects.toThrow("no pg_hba.conf entry");
  });

  test("shows no password in its container's settings, processes or log", async () => {
    const shown = [
      await docker("inspect", tenant.server.id),
      await tenant.server.shell("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr '\\0' ' '"),
      await tenant.server.logs(),
    ].join("\n");
    expect(shown).toContain("config_file=");
    expect(shown).not.toContain(rolePassword);
  });

  test("gives its superuser no password: it gets in from inside the container alone", async () => {
    const ask = (sql: string): Promise<string> => tenant.server.exec("psql", "-X", "-At", "-c", sql);
    expect(await ask("SELECT rolname FROM pg_authid WHERE rolsuper AND rolpassword IS NULL")).toBe("postgres");
  });

  test("takes a changed password of the role at its next start, whatever is in it, and keeps its data", async () => {
    await tenant.ask("CREATE TABLE kept AS SELECT 7 AS seven");
    expect(await tenant.server.stop()).toBe(0);
    const password = `it's "new" \\ $HOME %s`;
    await setRolePassword(tenant.config, password);
    await docker("start", tenant.server.id);
    await tenant.server.until(postgresReady);
    expect(await tenant.ask("SELECT seven FROM kept", { password })).toBe("7");
    await expect(tenant.ask("SELECT 1")).rejects.toThrow("password authentication failed");
    await tenant.server.stop();
    await setRolePassword(tenant.config, rolePassword);
    await docker("start", tenant.server.id);
    await tenant.server.until(postgresReady);
    expect(await tenant.ask("SELECT seven FROM kept")).toBe("7");
  });

  test("recovers from being killed", async () => {
    await tenant.ask("CREATE TABLE survived AS SELECT 9 AS nine");
    await docker("kill", "--signal=KILL", tenant.server.id);
    await docker("start", tenant.server.id);
    await tenant.server.until(postgresReady);
    expect(await tenant.ask("SELECT nine FROM survived")).toBe("9");
  });
});

describe("how long what isn't archived has waited", () => {
  let tenant: Tenant;
  /** Asks as the superuser, with the rights that the role of monitoring has for the figure. */
  const ask = (...sql: string[]): Promise<string> =>
    tenant.server.exec("psql", "-XqAt", "-d", "acme", ...sql.flatMap((one) => ["-c", one]));
  const waiting = async (): Promise<number> => Number(await ask("SET ROLE pg_monitor", walWaitingQuery));
  const write = (): Promise<string> => ask("INSERT INTO marks VALUES (0)", "SELECT clock_timestamp()");
  /** Parts of the log that are ended, and wait. */
  const ended = (): Promise<string> => ask("SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'");
  /** What the helper says of it, which also wakes the server's checkpointer once after each start. */
  const told = async (): Promise<number> => {
    const figures = await tenant.server.shell("odoo-fleet-backup figures");
    return Number(/^odoo_fleet_wal_waiting_seconds (\S+)$/m.exec(figures)?.[1]);
  };
  const is = (expected: (seconds: number) => boolean, what = waiting): Promise<number> =>
    eventually(what, expected, 60);
  /** Keeps the checkpointer from what it would do, or lets it go on. */
  const signalCheckpointer = async (signal: "STOP" | "CONT"): Promise<void> => {
    const pid = await ask("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
    await tenant.server.shell(`kill -${signal} ${pid}`);
  };
  beforeAll(async () => {
    tenant = await start();
    await tenant.server.until(postgresReady);
    await ask("CREATE TABLE marks (what integer)", "CHECKPOINT");
    await ask("ALTER SYSTEM SET archive_timeout = '5s'", "ALTER SYSTEM SET archive_command = 'true'");
    await ask("ALTER SYSTEM SET autovacuum = off");
    // From now on its checkpointer sleeps for 15 minutes, unless it came to run after the recovery at the start had ended.
    await tenant.server.stop();
    await docker("start", tenant.server.id);
    await tenant.server.until(postgresReady);
  });
  afterAll(() => sandbox.clean());

  test("is nothing where nothing was written since the start", async () => {
    await is((seconds) => seconds === 0);
  });

  test("is the age of the oldest commit in a part that isn't ended, while the checkpointer sleeps", async () => {
    await signalCheckpointer("STOP");
    try {
      const first = await write();
      await is((seconds) => seconds > 9);
      await write();
      expect(await ended()).toBe("0");
      const [seconds, age] = [await waiting(), await ask(`SELECT extract(epoch FROM clock_timestamp() - '${first}')`)];
      expect(seconds).toBeGreaterThan(9);
      expect(seconds).toBeLessThan(Number(age) + 0.5);
    } finally {
      await signalCheckpointer("CONT");
    }
  });

  test("is nothing again once it is archived, which the helper sees to, also where nothing happens afterwards", async () => {
    await is((seconds) => seconds === 0, told);
    // The server notes for itself what runs, once after each write and in a part of its own.
    const noted = await ask("SELECT pg_log_standby_snapshot(), pg_current_wal_insert_lsn()");
    expect(noted).not.toBe("");
    expect(await waiting()).toBe(0);
  });

  test("is that of the write, however long ago the part began in which it is", async () => {
    await eventually(
      () => ask("SELECT now() - max(modification) > interval '6 s' FROM pg_ls_archive_statusdir()"),
      (isOld) => isOld === "t",
    );
    const before = Number(await ask("SELECT extract(epoch FROM clock_timestamp())"));
    await write();
    const now = Number(await ask("SELECT extract(epoch FROM clock_timestamp())"));
    expect(await waiting()).toBeLessThan(now - before + 1);
    await is((seconds) => seconds === 0);
  });

  test("grows where nothing can be archived, and is nothing when it can be again", async () => {
    await ask("ALTER SYSTEM SET archive_command = 'false'", "SELECT pg_reload_conf()");
    await write();
    await is((seconds) => seconds > 9);
    expect(await ended()).not.toBe("0");
    expect(await told()).toBeGreaterThan(9);
    await ask("ALTER SYSTEM SET archive_command = 'true'", "SELECT pg_reload_conf()");
    await is((seconds) => seconds === 0);
  });
});

describe("a volume that isn't its own to open", () => {
  let tenant: Tenant;

  beforeAll(async () => {
    tenant = await start();
    await tenant.server.until(postgresReady);
    await tenant.ask("CREATE TABLE kept AS SELECT 7 AS seven");
    await tenant.server.stop();
  });
  afterAll(() => sandbox.clean());

  /** What the image says of the volume, mounted where the given major's image has it. */
  async function refused(mount: string, data: string): Promise<string> {
    const container = await sandbox.start({
      image,
      env: { PGDATA: data, ODOO_DATABASE: "acme" },
      options: ["--network=none", `--volume=${tenant.data}:${mount}`, `--volume=${tenant.config}:${configFolder}`],
    });
    expect(await container.ended()).toBe(1);
    return container.logs();
  }
  const inVolume = async (script: string): Promise<string> => {
    const options = ["--network=none", "--user=postgres", `--volume=${tenant.data}:/v`, "--entrypoint=sh"];
    const container = await sandbox.start({ image, options, command: ["-ec", script] });
    expect(await container.ended()).toBe(0);
    return container.logs();
  };

  test("is refused where it has a cluster of another major, whichever is newer and wherever it is", async () => {
    for (const major of ["16", "18"]) {
      await inVolume(`echo ${major} >/v/pgdata/PG_VERSION`);
      expect(await refused(dataMount, `${dataMount}/pgdata`)).toContain(
        `this is PostgreSQL 17, and the volume has data of PostgreSQL ${major} in ${dataMount}/pgdata; nothing was changed. Declare postgres: ${major} again`,
      );
      // As the image of 18 and later mounts it.
      const parent = "/var/lib/postgresql";
      expect(await refused(parent, `${parent}/18/docker`)).toContain(`PostgreSQL ${major} in ${parent}/pgdata`);
    }
    await inVolume("echo 17 >/v/pgdata/PG_VERSION");
    expect(await refused("/var/lib/postgresql", "/var/lib/postgresql/18/docker")).toContain(
      "the volume has data in /var/lib/postgresql/pgdata, and this container is told to keep it in /var/lib/postgresql/18/docker",
    );
    expect(await inVolume("find /v -name PG_VERSION -not -path '/v/pgdata/*'")).toBe("");
  });

  test("is refused where the cluster is damaged, and served again when it is whole", async () => {
    await inVolume("mv /v/pgdata/PG_VERSION /v/pgdata/away");
    expect(await refused(dataMount, `${dataMount}/pgdata`)).toContain("pgdata has files and no PG_VERSION");
    await inVolume("mv /v/pgdata/away /v/pgdata/PG_VERSION");
    await docker("start", tenant.server.id);
    await tenant.server.until(postgresReady);
    expect(await tenant.ask("SELECT seven FROM kept")).toBe("7");
  });
});

describe("a cluster of before there were backups", () => {
  afterEach(() => sandbox.clean());

  test("gets segments of 1 MB at its next start, also when that is interrupted, and keeps what it has", async () => {
    const { server, data, ask } = await start();
    await server.until(postgresReady);
    const size = "SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'";
    expect(await ask(size)).toBe("1048576");
    await ask("CREATE TABLE kept AS SELECT 7 AS seven");
    const folder = `${dataMount}/pgdata`;
    const run = async (script: string): Promise<void> => {
      await docker("stop", "--time=60", server.id);
      const volume = `--volume=${data}:${dataMount}`;
      await docker("run", "--rm", "--network=none", volume, "--entrypoint=sh", image, "-ec", script);
      await docker("start", server.id);
      await server.until(postgresReady);
      expect(await ask(size)).toBe("1048576");
      expect(await ask("SELECT seven FROM kept")).toBe("7");
    };
    await run(`pg_resetwal --force --wal-segsize=16 ${folder}`);
    expect(await server.logs()).toContain("segments of the log have 1 MB from now on");
    // Killed between the two files that say it.
    await run(
      `pg_resetwal --force --wal-segsize=16 ${folder}; touch ${dataMount}/.shrink-segments; rm ${folder}/pg_wal/0*`,
    );
    await server.shell(`test ! -e ${dataMount}/.shrink-segments`);
  });
});

describe("a first start", () => {
  afterEach(() => sandbox.clean());

  test("that was killed half-way is done over by the next one", async () => {
    // A tool of the first start that stops there, the first time.
    const scripts = await sandbox.volume();
    const tools = "/usr/lib/postgresql/17/bin";
    const hold = `#!/bin/sh\n[ -e ${dataMount}/held ] || { touch ${dataMount}/held; exec sleep infinity; }\nexec ${tools}/pg_resetwal "$@"\n`;
    await sandbox.fill(image, scripts, "/held", { pg_resetwal: { content: hold, mode: 0o755 } });
    const path = `--env=PATH=/held:/usr/local/bin:/usr/bin:/bin:${tools}`;
    const { server, ask } = await start([`--volume=${scripts}:/held`, path]);
    await server.until(`test -e ${dataMount}/held`);
    expect(await server.shell(`ls ${firstStart}`)).toBe(firstStart);
    await docker("kill", "--signal=KILL", server.id);

    await docker("start", server.id);
    await server.until(postgresReady);
    expect(await server.logs()).toContain("the first start was interrupted; starting it over");
    expect(await ask("SELECT current_user")).toBe("odoo");
    await server.shell(`test ! -e ${firstStart}`);
  });
});
