import { createHash, randomBytes } from "node:crypto";
import { psql } from "../../../components/host/psql";
import { type LinkPurpose, offerScript } from "../../../components/password/offer";
import { type OdooConfSettings, odooRole, renderOdooConf } from "../../../components/tenant/config/odooConf";
import { renderTenantJson } from "../../../components/tenant/config/tenantJson";
import { builtInPlans, solveSizing } from "../../../fleet";
import { configFolder } from "../../../fleet/security";
import {
  additions,
  bases,
  hardened,
  ImageSandbox,
  placeholder,
  postgresReady,
  readable,
  specs,
  type StartedPostgres,
  startPostgres,
} from "../../support/customImages";
import { type Container, docker } from "../../support/imagesSandbox";

const sandbox = new ImageSandbox();
const base = bases();
const adminPassword = "the administrator's first";
const rolePassword = "only-acme-knows";
let image: string;

const odooOptions: OdooConfSettings["odooOptions"] = {
  limit_request: 4711,
  limit_time_real_cron: 600,
  log_level: "info",
  email_from: "odoo@example.com",
  from_filter: "example.com,example.org",
  smtp_server: "mail.example.com",
  smtp_port: 2525,
  smtp_ssl: true,
  transient_age_limit: 2.5,
  osv_memory_count_limit: 1000,
  websocket_keep_alive_timeout: 1800,
  websocket_rate_limit_burst: 20,
  websocket_rate_limit_delay: 0.5,
  reportgz: true,
  queue_job: { channels: "root:2" },
};

const solved = solveSizing(builtInPlans["starter"]!);
if (!solved.ok) {
  throw new Error("the plan starter can't be solved");
}
const { sizing } = solved;

beforeAll(async () => {
  image = await sandbox.build(specs().odoo);
});
afterAll(() => sandbox.forgetImages());

test("the image holds a seed but no secret, and adds no environment variable", async () => {
  const { env, commands } = await additions(image, base.odoo["19.0"]!);
  expect(env).toEqual([]);
  expect(commands).toContain("/opt/odoo-fleet/seed");
  expect(commands).not.toMatch(/password|secret|token/i);
  const container = await sandbox.start({
    image,
    options: ["--network=none", "--entrypoint=sh"],
    command: ["-c", "sleep infinity"],
  });
  expect(await container.shell("ls /opt/odoo-fleet/seed")).toBe("database.sql.gz\nfilestore");
  const dump = (pattern: string): Promise<string> =>
    container.shell(`gzip -dc /opt/odoo-fleet/seed/database.sql.gz | grep -cE '${pattern}' || true`);
  expect(Number(await dump("^CREATE TABLE public.ir_module_module "))).toBe(1);
  // What only a superuser or one release of psql could restore.
  expect(await dump("CREATE EXTENSION|OWNER TO|^.restrict|transaction_timeout")).toBe("0");
  await sandbox.clean();
});

describe("a tenant's Odoo", () => {
  let postgres: StartedPostgres;
  let odoo: Container;
  let address: Container;

  /** Starts Odoo as the component `OdooServer` does, at the address that PostgreSQL lets in. */
  async function start(tenant: string, filestore: string, own = image): Promise<Container> {
    const config = await sandbox.volume();
    await sandbox.fill(image, config, configFolder, {
      "odoo.conf": readable(
        renderOdooConf({
          version: "19.0",
          database: "acme",
          databaseHost: "postgres",
          role: odooRole,
          rolePassword,
          masterPasswordHash: "nobody's",
          serverWideModules: ["base_import"],
          odooOptions,
          sizing: sizing.odoo,
        }),
      ),
      "tenant.json": readable(
        renderTenantJson({ name: tenant, company: 'Acme\'s "Ltd" & sons', url: "http://acme.test:20010", sizing }),
      ),
      "admin-password": readable(adminPassword),
    });
    return sandbox.start({
      image: own,
      env: { ODOO_WORKERS: "0", TMPDIR: `${configFolder}/tmp` },
      options: [
        ...hardened("odoo"),
        `--memory=${sizing.odoo.memoryMiB}m`,
        `--memory-swap=${sizing.odoo.memoryMiB}m`,
        `--network=container:${address.id}`,
        `--tmpfs=/tmp:mode=1777,size=${sizing.odoo.tmpMiB}m`,
        "--tmpfs=/mnt/extra-addons:mode=0555",
        `--volume=${filestore}:/var/lib/odoo`,
        `--volume=${config}:${configFolder}`,
      ],
    });
  }

  const ask = (sql: string): Promise<string> => postgres.server.exec("psql", "-X", "-At", "-d", "acme", "-c", sql);
  const identity = (): Promise<string> =>
    ask(
      "SELECT string_agg(key || '=' || value, E'\\n' ORDER BY key) FROM ir_config_parameter WHERE key ~ '^(database.(uuid|secret)|web.base.url)$'",
    );
  const healthy = "/opt/odoo-fleet/bin/healthy";
  const serves = `curl --fail --silent --output /dev/null http://127.0.0.1:8069/web/login && ${healthy}`;

  let filestore: string;
  /** What the first start was like: its seed lacks the last bytes, which say only that it is whole. */
  let truncated: { code: number; log: string; tables: string };

  beforeAll(async () => {
    const postgresImage = await sandbox.build(specs().postgres);
    const cut = await sandbox.derive(image, "truncate --size=-4 /opt/odoo-fleet/seed/database.sql.gz");
    const network = await sandbox.network();
    address = await placeholder(sandbox, network);
    filestore = await sandbox.volume();
    // Odoo first: it waits for its database.
    const failing = await start("acme", filestore, cut);
    postgres = await startPostgres(sandbox, {
      ...{ image: postgresImage, network, rolePassword },
      client: address,
      database: "acme",
    });
    await postgres.server.until(postgresReady);
    const code = await failing.ended();
    const tables = await ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
    truncated = { code, log: await failing.logs(), tables };
    odoo = await start("acme", filestore);
    await odoo.until(serves, 120);
  });
  afterAll(() => sandbox.clean());

  const logIn = async (password: string): Promise<unknown> => {
    const params = { db: "acme", login: "admin", password };
    const body = JSON.stringify({ jsonrpc: "2.0", params });
    const type = "Content-Type: application/json";
    const url = "http://127.0.0.1:8069/web/session/authenticate";
    return JSON.parse(await odoo.exec("curl", "--fail", "--silent", "--header", type, "--data", body, url));
  };

  test("keeps nothing of a seed that can't be read to its end", () => {
    expect(truncated).toMatchObject({ code: 1, tables: "0" });
    expect(truncated.log).toContain("the seed could not be restored; nothing was kept");
  });

  test("is a clone of the seed with an identity of its own", async () => {
    expect(await odoo.logs()).toMatch(/acme was cloned from the seed in \d/);
    expect(
      await ask(
        "SELECT string_agg(name, ' ' ORDER BY name) FROM ir_module_module WHERE state = 'installed' AND name IN ('base', 'web')",
      ),
    ).toBe("base web");
    expect(await ask("SELECT name FROM res_company WHERE id = 1")).toBe('Acme\'s "Ltd" & sons');
    expect(
      await ask(
        "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = relowner WHERE relnamespace = 'public'::regnamespace AND rolname <> 'odoo'",
      ),
    ).toBe("0");
    const [secret, uuid, url] = (await identity()).split("\n");
    expect(url).toBe("web.base.url=http://acme.test:20010");
    for (const own of [secret!, uuid!]) {
      const value = own.split("=")[1]!;
      expect(value.length).toBeGreaterThan(30);
      expect(await odoo.shell(`gzip -dc /opt/odoo-fleet/seed/database.sql.gz | grep -cF ${value} || true`)).toBe("0");
    }
  });

  test("lets its administrator in with the tenant's password, and not with the seed's", async () => {
    expect(await logIn(adminPassword)).toMatchObject({ result: { uid: 2, db: "acme" } });
    expect(await logIn("admin")).toMatchObject({ error: { data: { name: "odoo.exceptions.AccessDenied" } } });
  });

  test("reads the options that the tenant chose, and loads its server-wide modules beside its own", async () => {
    const { queue_job: queueJob, ...plain } = odooOptions;
    const names = JSON.stringify([...Object.keys(plain), "server_wide_modules"]);
    const script = [
      "import configparser, json",
      "from odoo.tools import config",
      `config.parse_config(["--config", "${configFolder}/odoo.conf"])`,
      "sections = configparser.RawConfigParser()",
      `sections.read("${configFolder}/odoo.conf")`,
      `print(json.dumps([{name: config[name] for name in ${names}}, dict(sections["queue_job"])]))`,
    ].join("\n");
    // Odoo may warn before and after it.
    const printed = (await odoo.exec("python3", "-c", script)).split("\n").find((line) => line.startsWith("[{"));
    expect(JSON.parse(printed!)).toMatchObject([
      { ...plain, server_wide_modules: ["base", "rpc", "web", "base_import"] },
      queueJob,
    ]);
    expect(await odoo.logs()).not.toMatch(/unknown option|isn't a boolean option|Failed to load server-wide module/i);
  });

  test("shows no password in its arguments, environment or log", async () => {
    const script = "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr '\\0' ' '";
    const shown = [await odoo.exec("sh", "-c", script), await odoo.logs(), await docker("inspect", odoo.id)].join("\n");
    expect(shown).toContain("--config /etc/odoo-fleet/odoo.conf");
    expect(shown).not.toContain(rolePassword);
    expect(shown).not.toContain(adminPassword);
  });

  describe("for a user who is logged in", () => {
    /** curl in Odoo's container with the administrator's session. */
    const curl = (...options: string[]): Promise<string> =>
      odoo.exec("curl", "--silent", "--show-error", "--cookie", "/tmp/session", ...options);
    const site = "http://127.0.0.1:8069";
    /** Calls a method of a model. */
    const call = async (model: string, method: string, args: unknown[]): Promise<unknown> => {
      const body = JSON.stringify({ jsonrpc: "2.0", params: { model, method, args, kwargs: {} } });
      const path = `/web/dataset/call_kw/${model}/${method}`;
      return JSON.parse(await curl("--header", "Content-Type: application/json", "--data", body, site + path));
    };

    beforeAll(async () => {
      const body = JSON.stringify({ jsonrpc: "2.0", params: { db: "acme", login: "admin", password: adminPassword } });
      const json = ["--header", "Content-Type: application/json", "--data", body];
      await odoo.exec("curl", "--silent", "--cookie-jar", "/tmp/session", ...json, `${site}/web/session/authenticate`);
    });

    test("makes a report with its style sheets, and leaves nothing of it", async () => {
      const module = await ask("SELECT id FROM ir_module_module WHERE name = 'web'");
      const report = `${site}/report/pdf/base.report_irmodulereference/${module}`;
      /** Its first bytes, and the serif fonts that it is set in. */
      const pdf = async (): Promise<string> =>
        odoo.shell(
          `curl --silent --cookie /tmp/session '${report}' >${configFolder}/report.pdf; head -c 5 ${configFolder}/report.pdf; ` +
            `grep -aoE 'FontName /[A-Z]+[+][A-Za-z]*(Serif|Times)' ${configFolder}/report.pdf || true; rm ${configFolder}/report.pdf`,
        );
      expect(await pdf()).toBe("%PDF-");
      // Without its style sheets a page has the generator's own font, as where their address leads nowhere.
      await call("ir.config_parameter", "set_param", ["report.url", "http://127.0.0.1:9"]);
      expect(await pdf()).toMatch(/^%PDF-FontName.*(Serif|Times)/);
      await call("ir.config_parameter", "set_param", ["report.url", site]);
      expect(await odoo.shell(`ls -A ${configFolder}/tmp | grep report || true`)).toBe("");
    });

    test("takes an upload at the plan's limit, and says no to a larger one", async () => {
      const token = /csrf_token: "([^"]+)"/.exec(await curl(`${site}/web/login?redirect=/odoo`, "--location"))?.[1];
      await odoo.shell(`head -c 60000000 /dev/zero >${configFolder}/upload`);
      const form = [`csrf_token=${token}`, "model=res.partner", "id=1", `ufile=@${configFolder}/upload`];
      const upload = `curl --silent --cookie /tmp/session ${form.map((part) => `--form '${part}'`).join(" ")} ${site}/web/binary/upload_attachment`;
      await odoo.shell(upload);
      expect(
        await ask("SELECT count(*) FROM ir_attachment WHERE res_model = 'res.partner' AND file_size = 60000000"),
      ).toBe("1");
      await odoo.shell(`head -c 70000000 /dev/zero >${configFolder}/upload`);
      expect(await odoo.shell(`${upload} --output /dev/null --write-out '%{http_code}'`)).toBe("413");
      expect(await curl("--location", `${site}/odoo`)).toContain('"max_file_upload_size": 67108864');
      expect(await odoo.shell(`rm ${configFolder}/upload; ls -A ${configFolder}/tmp`)).toBe("");
    });

    test("logs no request with its query", async () => {
      await curl(`${site}/web/login?access_token=hidden`);
      expect(await odoo.logs()).not.toContain("hidden");
    });
  });

  describe("by a link that works once", () => {
    const site = "http://127.0.0.1:8069/odoo-fleet/password";
    const chosen = "a few words of mine";
    const inHours = (hours: number): Date => new Date(Date.now() + hours * 3_600_000);

    /** Makes a link as the portal's worker does. @returns its token. */
    async function offered(
      until: Date,
      token = randomBytes(32).toString("base64url"),
      purpose: LinkPurpose = "password",
    ): Promise<string> {
      const tokenHash = createHash("sha256").update(token).digest("hex");
      await postgres.server.exec(...psql("acme", offerScript({ tokenHash, until }, purpose)));
      return token;
    }

    /** What the page's script gets for what it sends. */
    async function told(body: object): Promise<[status: number, facts: unknown]> {
      const json = ["--header", "Content-Type: application/json", "--data", JSON.stringify(body)];
      const printed = await odoo.exec("curl", "--silent", ...json, "--write-out", "\n%{http_code}", site);
      const [facts, status] = printed.split("\n");
      return [Number(status), JSON.parse(facts!)];
    }

    const gone = [404, { error: "gone" }];
    const facts = { login: "admin", least: 12 };

    test("there is a page in the visitor's language, which loads nothing of anybody else, and is kept by nobody", async () => {
      const page = (language: string): Promise<string> =>
        odoo.exec("curl", "--silent", "--include", "--header", `Accept-Language: ${language}`, site);
      const english = await page("de,en;q=0.5");
      expect(english).toMatch(/^HTTP\/\S+ 200 /);
      expect(english).toMatch(/^cache-control: no-store\r$/im);
      expect(english).toMatch(/^referrer-policy: no-referrer\r$/im);
      expect(english).toMatch(
        /^content-security-policy: default-src 'none'; script-src 'self';.* frame-ancestors 'none'\r$/im,
      );
      expect(english).not.toMatch(/^set-cookie/im);
      expect(english).toContain("Choose your password");
      expect(await page("fr-FR,fr;q=0.9")).toContain("Choisissez votre mot de passe");
      const own = [...english.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
      expect(own).toEqual(["/odoo-fleet/password/style.css", "/odoo-fleet/password/script.js"]);
      for (const path of own) {
        await odoo.exec("curl", "--fail", "--silent", "--output", "/dev/null", new URL(path, site).href);
      }
      await expect(odoo.exec("curl", "--fail", "--silent", `${site}/__init__.py`)).rejects.toThrow();
    });

    test("the administrator's password is set, once, and sessions of before end; whatever else is no link gets one answer", async () => {
      // Before there ever was one, and what is no token at all.
      expect(await told({ token: "A".repeat(43) })).toEqual(gone);
      for (const token of ["", "'; --", 1, null, ["a"]]) {
        expect(await told({ token, password: chosen })).toEqual(gone);
      }
      const expired = await offered(inHours(-1));
      expect(await told({ token: expired, password: chosen })).toEqual(gone);
      const first = await offered(inHours(1));
      const second = await offered(inHours(1));
      expect(await told({ token: first, password: chosen })).toEqual(gone);
      expect(await told({ token: second })).toEqual([200, facts]);

      expect(await told({ token: second, password: "  eleven chr  " })).toEqual([422, { ...facts, error: "short" }]);
      const json = ["--header", "Content-Type: application/json", "--data"];
      /** What Odoo says to the session that was there before. */
      const odooTo = async (path: string, params: object): Promise<unknown> =>
        JSON.parse(
          await odoo.exec(
            ...["curl", "--silent", "--cookie", "/tmp/before", ...json, JSON.stringify({ jsonrpc: "2.0", params })],
            `http://127.0.0.1:8069${path}`,
          ),
        );
      const login = JSON.stringify({ jsonrpc: "2.0", params: { db: "acme", login: "admin", password: adminPassword } });
      const authenticate = "http://127.0.0.1:8069/web/session/authenticate";
      await odoo.exec("curl", "--silent", "--cookie-jar", "/tmp/before", ...json, login, authenticate);
      const policy = (args: unknown[]): Promise<unknown> =>
        odooTo("/web/dataset/call_kw/ir.config_parameter/set_param", {
          ...{ model: "ir.config_parameter", method: "set_param", args, kwargs: {} },
        });
      await policy(["auth_password_policy.minlength", "20"]);
      expect(await told({ token: second, password: chosen })).toEqual([422, { ...facts, least: 20, error: "short" }]);
      await policy(["auth_password_policy.minlength", false]);
      const info = (): Promise<unknown> => odooTo("/web/session/get_session_info", {});
      expect(await info()).toMatchObject({ result: { uid: 2 } });
      // Of many at once, one sets it.
      const many = await Promise.all(
        Array.from({ length: 4 }, (_, number) => told({ token: second, password: `${chosen} ${number}` })),
      );
      expect(many.filter(([status]) => status === 200)).toEqual([[200, facts]]);
      expect(many.filter(([status]) => status === 404)).toEqual([gone, gone, gone]);
      const winner = many.findIndex(([status]) => status === 200);
      expect(await logIn(`${chosen} ${winner}`)).toMatchObject({ result: { uid: 2 } });
      expect(await logIn(adminPassword)).toMatchObject({ error: { data: { name: "odoo.exceptions.AccessDenied" } } });
      expect(await info()).toMatchObject({ error: { data: { name: "odoo.http.SessionExpiredException" } } });

      // Offered again, as by a worker that died before it knew of it.
      await offered(inHours(1), second);
      expect(await told({ token: second, password: chosen })).toEqual(gone);

      const log = await odoo.logs();
      expect(log).toMatch(/Password change for 'admin' \(#2\)/);
      expect([second, chosen].filter((secret) => log.includes(secret))).toEqual([]);
      await told({ token: await offered(inHours(1)), password: adminPassword });
    });

    test("the administrator is signed in by a link to sign in by, once, asked by its own page alone; one for a password doesn't, and a second factor is asked for", async () => {
      const page = "http://127.0.0.1:8069/odoo-fleet/login";
      const jar = ["--cookie", "/tmp/signed-in", "--cookie-jar", "/tmp/signed-in"];
      const post = async (token: unknown, ...headers: string[]): Promise<[status: number, facts: unknown]> => {
        const json = ["Content-Type: application/json", ...headers].flatMap((header) => ["--header", header]);
        const body = ["--data", JSON.stringify({ token }), "--write-out", "\n%{http_code}"];
        const printed = await odoo.exec("curl", "--silent", ...jar, ...json, ...body, page);
        const [facts, status] = printed.split("\n");
        return [Number(status), JSON.parse(facts!)];
      };
      const uid = async (): Promise<unknown> => {
        const body = JSON.stringify({ jsonrpc: "2.0", params: {} });
        const asked = ["--silent", ...jar, "--header", "Content-Type: application/json", "--data", body];
        const answer = await odoo.exec("curl", ...asked, "http://127.0.0.1:8069/web/session/get_session_info");
        return (JSON.parse(answer) as { result?: { uid: unknown } }).result?.uid;
      };
      const html = await odoo.exec("curl", "--silent", "--header", "Accept-Language: fr", page);
      expect(html).toContain("<h1>Connexion</h1>");
      for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
        await odoo.exec("curl", "--fail", "--silent", "--output", "/dev/null", new URL(path!, page).href);
      }
      // Before there ever was one, what is no token, one for a password, one that is over.
      for (const token of ["A".repeat(43), "'; --", null, await offered(inHours(1))]) {
        expect(await post(token)).toEqual(gone);
      }
      expect(await post(await offered(inHours(-1), undefined, "login"))).toEqual(gone);
      expect(await uid()).toBeUndefined();

      const token = await offered(inHours(1), undefined, "login");
      expect(await told({ token, password: chosen })).toEqual(gone);
      for (const header of ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Content-Type: text/plain"]) {
        expect(await post(token, header)).toEqual(gone);
      }
      expect(await post(token, "Sec-Fetch-Site: same-origin")).toEqual([200, { to: "/web" }]);
      expect(await uid()).toBe(2);
      expect(await post(token)).toEqual(gone);
      // Offered again, as by a worker that died before it knew of it.
      await offered(inHours(1), token, "login");
      expect(await post(token)).toEqual(gone);
      expect(await ask("SELECT count(*) FROM res_users_log WHERE create_uid = 2")).not.toBe("0");
      const log = await odoo.logs();
      expect(log).toMatch(/Login by a link for login:admin from /);
      expect(log).not.toContain(token);

      // As its user has it after he has set one up.
      await ask("UPDATE res_users SET totp_secret = 'JBSWY3DPEHPK3PXP' WHERE id = 2 RETURNING id");
      expect(await post(await offered(inHours(1), undefined, "login"))).toEqual([200, { to: "/web/login/totp" }]);
      expect(await uid()).toBeUndefined();
      await ask("UPDATE res_users SET totp_secret = NULL WHERE id = 2 RETURNING id");
    });

    test("a link is in nothing that is restored: PostgreSQL keeps it out of its log, and forgets it when it is killed", async () => {
      const token = await offered(inHours(1));
      expect(await ask("SELECT relpersistence FROM pg_class WHERE relname = 'password_link'")).toBe("u");
      await docker("kill", postgres.server.id);
      await docker("start", postgres.server.id);
      await postgres.server.until(postgresReady);
      expect(await ask("SELECT count(*) FROM odoo_fleet.password_link")).toBe("0");
      await odoo.until(serves, 120);
      expect(await told({ token, password: chosen })).toEqual(gone);
      expect(await logIn(adminPassword)).toMatchObject({ result: { uid: 2 } });
    });
  });

  test("stays itself over a restart, and its database is given to no other tenant", async () => {
    const before = await identity();
    const declared = (): Promise<string> =>
      ask(
        "SELECT string_agg(key || '=' || value, ' ' ORDER BY key) FROM ir_config_parameter WHERE key IN ('report.url', 'web.max_file_upload_size')",
      );
    const parameters = "report.url=http://127.0.0.1:8069 web.max_file_upload_size=67108864";
    expect(await declared()).toBe(parameters);
    expect(await odoo.stop()).toBe(0);
    // What the fleet declares is brought back at each start.
    await ask("UPDATE ir_config_parameter SET value = 'http://elsewhere' WHERE key = 'report.url'");
    await ask("DELETE FROM ir_config_parameter WHERE key = 'web.max_file_upload_size'");
    // In the same network, with the database there and no Odoo: that isn't healthy.
    const other = await sandbox.start({
      image,
      env: { ODOO_WORKERS: "0" },
      options: [`--network=container:${address.id}`, `--entrypoint=${healthy}`],
    });
    expect(await other.ended()).not.toBe(0);
    const stranger = await start("globex", await sandbox.volume());
    expect(await stranger.ended()).toBe(1);
    expect(await stranger.logs()).toContain("database acme belongs to acme, not to globex: it is left alone");
    // Another release's database, as prepare reads it.
    const release = (version: string): Promise<string> =>
      ask(`UPDATE ir_module_module SET latest_version = '${version}' WHERE name = 'base'`);
    const real = await ask("SELECT latest_version FROM ir_module_module WHERE name = 'base'");
    await release("18.0.1.3");
    const older = await start("acme", filestore);
    expect(await older.ended()).toBe(1);
    expect(await older.logs()).toMatch(
      /database acme is of Odoo 18\.0, and this image is Odoo 19\.0[^]*Declare odoo: "18\.0" again/,
    );
    await release(real);
    await docker("start", odoo.id);
    await odoo.until(serves, 120);
    expect(await identity()).toBe(before);
    expect(await declared()).toBe(parameters);
    expect(await odoo.logs()).not.toMatch(/cloned from the seed[^]*cloned from the seed/);
  });

  test("asks for its health without leaving a session behind, and cheaply", async () => {
    const sessions = (): Promise<string> => odoo.shell("find /var/lib/odoo/sessions -type f | wc -l");
    await odoo.exec(healthy);
    const before = await sessions();
    for (let probe = 0; probe < 10; probe++) {
      await odoo.exec(healthy);
    }
    expect(await sessions()).toBe(before);
  });

  test("is unhealthy without one column that it asks for, and healthy again with it", async () => {
    await odoo.exec(healthy);
    await ask("ALTER TABLE res_partner RENAME COLUMN comment TO comment_away");
    await expect(odoo.exec(healthy)).rejects.toThrow("503");
    expect(await odoo.logs()).toContain("lacks 1 columns that the modules ask for, such as res_partner.comment");
    // What a server alone would say of itself.
    await odoo.shell("curl --fail --silent 'http://127.0.0.1:8069/web/health?db_server_status=1'");
    await ask("ALTER TABLE res_partner RENAME COLUMN comment_away TO comment");
    await odoo.exec(healthy);
  });

  test("is unhealthy over a database without tables, and never clones the seed into one that it has served", async () => {
    await ask("ALTER SCHEMA public RENAME TO away; CREATE SCHEMA public AUTHORIZATION odoo");
    await expect(odoo.exec(healthy)).rejects.toThrow();
    await odoo.stop();
    await docker("start", odoo.id);
    await odoo.ended();
    expect(await odoo.logs()).toMatch(/database acme has no tables, and its files say that Odoo has served it/);
    expect(await ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).toBe("0");
    await ask("DROP SCHEMA public; ALTER SCHEMA away RENAME TO public");
    await docker("start", odoo.id);
    await odoo.until(serves, 120);
  });

  test("is unhealthy while its database is gone, and healthy again when it is back", async () => {
    await postgres.server.stop();
    await expect(odoo.exec(healthy)).rejects.toThrow();
    await docker("start", postgres.server.id);
    await odoo.until(serves);
  });
});
