import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { WebSocket } from "ws";
import type { FleetOutputs } from "../../components";
import { tenantAddresses } from "../../fleet";
import { baseImages, CliStack, projectFolder, testedOdoo } from "../support/cliStack";
import { compose, inspectedContainer } from "../support/compose";
import { canConnect, containerIds, engine, execIn, objectsOf, query } from "../support/engine";
import { formerLayout } from "../support/formerLayout";
import { startGroup } from "../support/group";
import { docker } from "../support/imagesSandbox";
import { eventually, OdooClient, statusOf } from "../support/odooClient";

type Outputs = Pick<FleetOutputs, "tenants" | "hosts"> & { adminPasswords: Record<string, string> };

const stack = new CliStack("fleet", 211);
const subnetBase = "10.211.0.0/16";
mkdirSync(join(projectFolder, "build"), { recursive: true });
const addons = mkdtempSync(join(projectFolder, "build", "test-addons-"));
// `small` is the threaded server and has a module of its own, `large` has workers.
const small = { slot: 101, plan: "starter", addons: relative(projectFolder, addons), modules: ["visits"] };
const tenants = { small, large: { slot: 102, plan: "basic" } };
const slots = { small: 101, large: 102 };
const names = Object.keys(tenants) as (keyof typeof tenants)[];
const container = (tenant: string, service: string): string => `${stack.environment}-${tenant}-${service}`;
const summary = (output: string): string[] =>
  (output.split("Resources:")[1] ?? "").split("Duration:")[0]!.trim().split(/\n\s*/);

let outputs: Outputs;

/** The module of `small`'s own, with these fields on partners. */
function writeModule(name: string, ...fields: string[]): void {
  const folder = join(addons, name);
  mkdirSync(folder, { recursive: true });
  const body = fields.map((field) => `    ${field} = fields.Char()\n`).join("");
  const model = `class Partner(models.Model):\n    _inherit = "res.partner"\n${body}`;
  writeFileSync(join(folder, "__manifest__.py"), `{"name": "${name}", "depends": ["base"], "license": "LGPL-3"}`);
  writeFileSync(join(folder, "__init__.py"), `from odoo import fields, models\n\n\n${model}`);
}

beforeAll(async () => {
  writeModule("visits", "visit_first");
  await stack.init();
  stack.configure({ tenants });
  await stack.mustUp();
  outputs = await stack.outputs();
});

afterAll(async () => {
  rmSync(addons, { recursive: true });
  await stack.destroy();
});

describe("what an up leaves", () => {
  it("gives each tenant's address and settings, and its host's room", () => {
    expect(outputs.tenants["small"]).toEqual({
      url: "http://127.0.0.1:21010",
      host: "local",
      slot: 101,
      port: 21010,
      database: "small",
      odooVersion: testedOdoo,
      plan: "starter",
      state: "running",
    });
    expect(outputs.hosts["local"]).toMatchObject({ tenants: [...names].sort(), slots: { used: 2, left: 998 } });
  });

  it.each(names)("serves %s's login page through its own Nginx", async (name) => {
    const response = await fetch(`${outputs.tenants[name]!.url}/web/login`);
    expect(response.status).toBe(200);
    expect(response.headers.get("server")).toBe("nginx");
    expect(await response.text()).toContain('name="password"');
  });

  it.each(names)("lets %s's administrator in with the password of the outputs and no other", async (name) => {
    const client = new OdooClient(outputs.tenants[name]!.url);
    expect(await client.login(name, "admin", outputs.adminPasswords[name]!)).toBe(2);
    const [user] = await client.call<{ login: string }[]>("res.users", "read", [[2], ["login"]]);
    expect(user!.login).toBe("admin");
    const other = names.find((one) => one !== name)!;
    for (const wrong of ["admin", outputs.adminPasswords[other]!]) {
      expect(await new OdooClient(outputs.tenants[name]!.url).login(name, "admin", wrong)).toBeUndefined();
    }
  });

  it("gives no two tenants the same identity", async () => {
    const keys = "'database.uuid','database.secret','web.base.url','odoo_fleet.tenant'";
    const identities = await Promise.all(
      names.map(async (name) => [
        ...(await query(
          container(name, "postgres"),
          name,
          `SELECT key, value FROM ir_config_parameter WHERE key IN (${keys})`,
        )),
        ...(await query(container(name, "postgres"), name, "SELECT 'password', password FROM res_users WHERE id = 2")),
        ...(await query(
          container(name, "postgres"),
          "postgres",
          "SELECT rolname, rolpassword FROM pg_authid WHERE rolpassword IS NOT NULL",
        )),
        ...(await query(
          container(name, "postgres"),
          "postgres",
          "SELECT 'system', system_identifier FROM pg_control_system()",
        )),
      ]),
    );
    expect(identities[0]).toHaveLength(7);
    expect(identities[1]!.filter((one) => identities[0]!.includes(one))).toEqual([]);
    expect(new Set(Object.values(outputs.adminPasswords)).size).toBe(2);
  });

  it("runs Odoo with a role that can neither create databases nor read the server's files", async () => {
    const role = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = 'odoo'";
    expect(await query(container("small", "postgres"), "small", role)).toEqual(["f|f|f|f"]);
  });

  it("closes the database manager, metrics and the choice of a database", async () => {
    const { url } = outputs.tenants["small"]!;
    for (const path of ["/web/database/manager", "/web/database/list", "/web//database/selector", "/metrics"]) {
      expect([path, await statusOf(url + path)]).toEqual([path, 404]);
    }
    const other = await fetch(`${url}/web/login`, { headers: { "X-Odoo-Database": "postgres" } });
    expect(other.status).toBe(200);
  });

  it("serves static files from the cache, compressed, with security headers", async () => {
    const url = `${outputs.tenants["small"]!.url}/web/static/lib/owl/owl.js`;
    await (await fetch(url)).arrayBuffer();
    const response = await fetch(url, { headers: { "Accept-Encoding": "gzip" } });
    await response.arrayBuffer();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    const nginx = engine.getContainer(container("small", "nginx"));
    const last = await eventually(
      async () => (await nginx.logs({ stdout: true, tail: 1 })).toString(),
      (line) => line.includes('"cache":"HIT"'),
      30,
    );
    const entry = JSON.parse(last.slice(last.indexOf("{"))) as Record<string, string>;
    expect(entry).toMatchObject({ tenant: "small", path: "/web/static/lib/owl/owl.js", status: "200" });
    expect(Number(entry["seconds"])).not.toBeNaN();
  });

  it.each(names)(
    "makes %s's reports with their style sheets, and takes uploads as large as its plan says",
    async (name) => {
      const { url } = outputs.tenants[name]!;
      const client = new OdooClient(url);
      await eventually(
        () => client.login(name, "admin", outputs.adminPasswords[name]!),
        (uid) => uid === 2,
      );
      const headers = { Cookie: client.session };
      const [module] = await client.call<number[]>("ir.module.module", "search", [[["name", "=", "web"]]]);
      const report = await fetch(`${url}/report/pdf/base.report_irmodulereference/${module}`, { headers });
      const pdf = Buffer.from(await report.arrayBuffer()).toString("latin1");
      expect(pdf.slice(0, 5)).toBe("%PDF-");
      const [parameter] = await client.call<{ value: string }[]>("ir.config_parameter", "search_read", [
        [["key", "=", "report.url"]],
        ["value"],
      ]);
      expect(parameter!.value).toBe("http://127.0.0.1:8069");

      const page = await fetch(`${url}/odoo`, { headers });
      // As Odoo says it, and once.
      expect(page.headers.get("x-frame-options")).toBe("DENY");
      const token = /csrf_token: "([^"]+)"/.exec(await page.text())![1]!;
      const upload = async (bytes: number, content: number): Promise<[number, string]> => {
        const form = new FormData();
        for (const [key, value] of Object.entries({ csrf_token: token, model: "res.partner", id: "1" })) {
          form.set(key, value);
        }
        form.set("ufile", new Blob([Buffer.alloc(bytes, content)]), "large.bin");
        const answer = await fetch(`${url}/web/binary/upload_attachment`, { method: "POST", headers, body: form });
        return [answer.status, await answer.text()];
      };
      // Not of the same content: Odoo keeps that in one file, and takes one that another request is still writing for a collision
      // (`ir.attachment`, `_get_path`), which it answers with 200 and an error.
      const taken = [200, expect.not.stringContaining("error") as string];
      expect(await Promise.all([upload(60e6, 1), upload(60e6, 2)])).toEqual([taken, taken]);
      const size = [["file_size", "=", 60e6]];
      expect(await client.call<number>("ir.attachment", "search_count", [size])).toBe(2);
      await client.call("ir.attachment", "unlink", [await client.call<number[]>("ir.attachment", "search", [size])]);
      if (name === "small") {
        expect((await upload(70e6, 1))[0]).toBe(413);
      }
    },
  );

  it("slows down whoever tries passwords", async () => {
    const attempts = Array.from({ length: 30 }, () =>
      fetch(`${outputs.tenants["large"]!.url}/web/login`, { method: "POST", redirect: "manual" }),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses).toContain(429);
  });

  it("takes websockets to the gevent process where there are workers", async () => {
    const { url } = outputs.tenants["large"]!;
    const client = new OdooClient(url);
    await eventually(
      () => client.login("large", "admin", outputs.adminPasswords["large"]!),
      (uid) => uid === 2,
    );
    const socket = new WebSocket(`${url.replace("http", "ws")}/websocket`, {
      headers: { Cookie: client.session, Origin: url },
    });
    await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
    // Nginx's connection to the gevent port, as the kernel of Odoo's container lists it: 8072 is 1F88, established is 01.
    const { nginxFront } = tenantAddresses(subnetBase, slots.large);
    const peer = nginxFront
      .split(".")
      .reverse()
      .map((part) => Number(part).toString(16).padStart(2, "0"))
      .join("");
    const connections = await execIn(container("large", "odoo"), ["cat", "/proc/net/tcp", "/proc/net/tcp6"]);
    socket.terminate();
    expect(connections.output).toMatch(new RegExp(`:1F88 \\S*${peer}:\\S+ 01 `, "i"));
  });
});

describe("isolation", () => {
  it("keeps a tenant from the other's database and Odoo over every network", async () => {
    const [ours, theirs] = names.map((name) => tenantAddresses(subnetBase, slots[name]));
    const odoo = container("small", "odoo");
    // The same question about its own parts shows that it can be answered with yes.
    expect(await canConnect(odoo, ours!.postgresInternal, 5432)).toBe(true);
    expect(await canConnect(odoo, ours!.nginxFront, 8080)).toBe(true);
    for (const [address, port] of [
      [theirs!.postgresInternal, 5432],
      [theirs!.odooInternal, 8069],
      [theirs!.odooFront, 8069],
      [theirs!.odooFront, 8072],
      [theirs!.nginxFront, 8080],
    ] as const) {
      expect([address, port, await canConnect(odoo, address, port)]).toEqual([address, port, false]);
    }
    // Names of the other tenant mean nothing here, and its own database is the only `postgres` that it knows.
    const lookup = `import socket; print(socket.gethostbyname("postgres"))`;
    expect((await execIn(odoo, ["python3", "-c", lookup])).output.trim()).toBe(ours!.postgresInternal);
    const foreign = `import socket; socket.gethostbyname("${container("large", "odoo")}")`;
    expect((await execIn(odoo, ["python3", "-c", foreign])).code).not.toBe(0);
  });

  it("gives the database no port on the host, no way out, and no login from the host", async () => {
    const { HostConfig, NetworkSettings } = await engine.getContainer(container("small", "postgres")).inspect();
    expect(HostConfig.PortBindings ?? {}).toEqual({});
    expect(Object.keys(NetworkSettings.Networks)).toEqual([`${stack.environment}-small-internal`]);
    const { Internal } = (await engine.getNetwork(`${stack.environment}-small-internal`).inspect()) as {
      Internal: boolean;
    };
    expect(Internal).toBe(true);
    // The host is the network's gateway. PostgreSQL's own rules keep it out, whatever password it has.
    const rules = await query(
      container("small", "postgres"),
      "postgres",
      "SELECT type, database, address FROM pg_hba_file_rules",
    );
    const { odooInternal } = tenantAddresses(subnetBase, 101);
    expect(rules).toEqual(["local|{all}|", `host|{small}|${odooInternal}`, `host|{postgres}|${odooInternal}`]);
  });

  it("hardens every container for real", async () => {
    for (const name of Object.keys(await containerIds(stack.environment))) {
      const { HostConfig, Config, Mounts } = await engine.getContainer(name).inspect();
      expect([
        name,
        HostConfig.CapDrop,
        HostConfig.SecurityOpt,
        HostConfig.ReadonlyRootfs,
        HostConfig.Privileged,
      ]).toEqual([name, ["ALL"], ["no-new-privileges:true"], true, false]);
      expect(HostConfig.Memory).toBeGreaterThan(0);
      expect(HostConfig.MemorySwap).toBe(HostConfig.Memory);
      expect(HostConfig.RestartPolicy).toMatchObject({ Name: "unless-stopped" });
      expect((Config as { StopTimeout?: number }).StopTimeout).toBe(60);
      // No anonymous volume: those have a name of 64 hexadecimal digits.
      expect(Mounts.filter(({ Name }) => /^[0-9a-f]{64}$/.test(Name ?? ""))).toEqual([]);
      const status = (await execIn(name, ["cat", "/proc/1/status"])).output;
      expect(status).toMatch(/^CapEff:\s+0{16}$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(status).not.toMatch(/^Uid:\s+0\s/m);
    }
  });

  it("shows no secret in the state, the environment, arguments, processes or logs", async () => {
    const role = (await execIn(container("small", "postgres"), ["cat", "/etc/odoo-fleet/role-password"])).output.trim();
    const secrets = [role, ...Object.values(outputs.adminPasswords)];
    expect(secrets.every((secret) => secret.length >= 20)).toBe(true);
    const seen = [stack.state(), readFileSync("/proc/mounts", "utf8")];
    for (const name of Object.keys(await containerIds(stack.environment))) {
      const running = engine.getContainer(name);
      seen.push(JSON.stringify(await running.inspect()));
      seen.push(JSON.stringify(await running.top({ ps_args: "auxeww" })));
      seen.push((await running.logs({ stdout: true, stderr: true })).toString());
    }
    seen.push(JSON.stringify(await engine.getContainer(container("small", "tenant-config")).inspect()));
    for (const secret of secrets) {
      expect(seen.findIndex((text) => text.includes(secret))).toBe(-1);
    }
    // The same look does find what is in a process's environment and in the logs.
    expect(seen.some((text) => text.includes("ODOO_WORKERS="))).toBe(true);
    expect(seen.some((text) => text.includes("was cloned from the seed"))).toBe(true);
  });
});

describe("what happens to it", () => {
  let partner: number;
  const client = (name: string): OdooClient => new OdooClient(outputs.tenants[name]!.url);
  const loginAgain = (name: string): Promise<number | undefined> =>
    eventually(
      () => client(name).login(name, "admin", outputs.adminPasswords[name]!),
      (uid) => uid === 2,
    );

  /** The partner that a customer made is still there. */
  async function expectData(name: string): Promise<void> {
    const session = client(name);
    await eventually(
      () => session.login(name, "admin", outputs.adminPasswords[name]!),
      (uid) => uid === 2,
    );
    const [found] = await session.call<{ name: string }[]>("res.partner", "read", [[partner], ["name"]]);
    expect(found!.name).toBe("Customer's own");
  }

  it("takes in a customer's data", async () => {
    const session = client("small");
    await eventually(
      () => session.login("small", "admin", outputs.adminPasswords["small"]!),
      (uid) => uid === 2,
    );
    partner = await session.call<number>("res.partner", "create", [{ name: "Customer's own" }]);
    await expectData("small");
  });

  it("has nothing to do when nothing changed, also against the engine, on which an image was built again", async () => {
    expect(summary(await stack.mustUp())).toEqual([expect.stringMatching(/^\d+ unchanged$/)]);
    // The same name and another id, as from another stack whose files were sent with other modes.
    const { Config, Image } = await engine.getContainer(container("small", "odoo")).inspect();
    execFileSync("docker", ["build", "--quiet", "--tag", Config.Image, "-"], {
      input: `FROM ${Image}\nLABEL built=again\n`,
      env: { ...process.env, DOCKER_BUILDKIT: "0" },
      stdio: "pipe",
    });
    expect((await engine.getImage(Config.Image).inspect()).Id).not.toBe(Image);
    expect(summary(await stack.mustUp("--refresh"))).toEqual([expect.stringMatching(/^\d+ unchanged$/)]);
  });

  it("takes over the volumes and passwords of a state in which they were below components of their own", async () => {
    const now = (await stack.plain("stack", "export")).output;
    const put = async (state: string): Promise<void> => {
      const file = join(stack.folder, "state.json");
      writeFileSync(file, state);
      expect(await stack.plain("stack", "import", "--file", file)).toMatchObject({ code: 0 });
    };
    await put(formerLayout(now));
    // With a change of a file of Odoo's alone, which shows no other service replaced.
    stack.configure({ hosts: { local: { ...stack.host(), address: "localhost" } }, tenants });
    const { output } = await stack.run("preview");
    stack.configure({ tenants });
    await put(now);
    const changes = [...output.matchAll(/^ *(\+-|[-+~]) +[\w-]+:\S+ +(\S+) +(?:create|replace|delete|update)\b/gm)];
    expect(changes.map(([, sign, name]) => `${sign} ${name}`).sort()).toEqual([
      ...names.flatMap((name) => [`+- ${name}-config-writer`, `+- ${name}-odoo`]).sort(),
      ...names
        .flatMap((name) => [`- ${name}`, ...["nginx", "odoo", "postgres"].map((one) => `- ${name}-${one}-config`)])
        .sort(),
    ]);
  });

  /** Images of other releases. The references are of no matter: nothing is built. */
  function otherReleases(): object {
    const { images } = baseImages() as { images?: { odoo: Record<string, string>; postgres: Record<string, string> } };
    return images === undefined
      ? {}
      : {
          images: {
            ...images,
            odoo: { ...images.odoo, "18.0": images.odoo["19.0"] },
            postgres: { ...images.postgres, 16: images.postgres["17"] },
          },
        };
  }

  /** Refused by a preview and by `up`, with every part named, while the tenant keeps its containers and its data. */
  async function refused(change: object, ...named: string[]): Promise<void> {
    const before = await containerIds(stack.environment);
    stack.configure({ ...change });
    for (const result of [await stack.run("preview"), await stack.up()]) {
      expect(result.code).not.toBe(0);
      // Pulumi indents what an error says.
      const said = result.output.replace(/\n +/g, "\n");
      for (const part of ["Nothing was changed.", ...named]) {
        expect(said).toContain(part);
      }
    }
    expect(await containerIds(stack.environment)).toEqual(before);
    await expectData("small");
    stack.configure({ tenants });
  }

  it("refuses what the data doesn't survive or takes no notice of, and the tenant goes on serving", async () => {
    await refused(
      {
        ...otherReleases(),
        tenants: { ...tenants, small: { ...small, postgres: 16, odoo: "18.0", company: "Other" } },
      },
      "odoo-fleet:tenants.small.postgres\nvalue:    16\nexpected: 17, the major version",
      'odoo-fleet:tenants.small.odoo\nvalue:    "18.0"\nexpected: "19.0", the release',
      'odoo-fleet:tenants.small.company\nvalue:    "Other"\nexpected: "Small", which',
    );
    await refused(
      {
        tenants: {
          ...tenants,
          small: { ...small, modules: ["contacts"] },
          large: { ...tenants.large, modules: ["crm"] },
        },
      },
      "contacts isn't (the list applies to new databases only)",
      "visits to stay in the list",
      "odoo-fleet:tenants.large.modules",
    );
    await refused(
      { tenants: { ...tenants, small: { ...small, addons: undefined, modules: ["visits"] } } },
      "that still has visits",
    );
    writeModule("visits", "visit_first", "visit_second");
    await refused({ tenants }, "odoo-fleet:tenants.small.addons", "other code may need columns that don't exist");
  });

  it("brings up another content of an installed module after its database was updated by hand", async () => {
    writeModule("unused", "of_nobody");
    const update = `tar -chC ${addons} . | docker exec -i ${container("small", "odoo")} /opt/odoo-fleet/bin/update-modules`;
    expect(execFileSync("sh", ["-c", update], { encoding: "utf8" })).toContain(
      "updated visits; bring the new addons up",
    );
    await stack.mustUp();
    const session = client("small");
    await eventually(
      () => session.login("small", "admin", outputs.adminPasswords["small"]!),
      (uid) => uid === 2,
    );
    await session.call("res.partner", "write", [[partner], { visit_second: "kept" }]);
    const [found] = await session.call<object[]>("res.partner", "read", [[partner], ["name", "visit_second"]]);
    expect(found).toMatchObject({ name: "Customer's own", visit_second: "kept" });
    expect(summary(await stack.mustUp())).toEqual([expect.stringMatching(/^\d+ unchanged$/)]);
  });

  it.each(["postgres", "odoo", "nginx"])("survives kill -9 of %s", async (service) => {
    const running = engine.getContainer(container("small", service));
    const { RestartCount } = (await running.inspect()) as unknown as { RestartCount: number };
    const { Titles, Processes } = (await running.top({ ps_args: "-o pid,ppid,comm" })) as {
      Titles: string[];
      Processes: string[][];
    };
    expect(Titles[0]).toBe("PID");
    // The first process is the engine's init; its child is the service itself.
    const init = Processes.find(([, , command]) => command === "docker-init")![0];
    const main = Processes.find(([, parent]) => parent === init)!;
    process.kill(Number(main[0]), "SIGKILL");
    await eventually(
      async () => (await running.inspect()) as unknown as { RestartCount: number; State: { Running: boolean } },
      (now) => now.RestartCount > RestartCount && now.State.Running,
    );
    await eventually(
      () => statusOf(`${outputs.tenants["small"]!.url}/web/login`),
      (status) => status === 200,
    );
    await expectData("small");
  });

  it("brings back a container that was stopped and one that was removed, by up --refresh", async () => {
    await engine.getContainer(container("small", "odoo")).stop();
    await engine.getContainer(container("large", "nginx")).remove({ force: true, v: true });
    await stack.mustUp("--refresh");
    for (const name of names) {
      await eventually(
        () => statusOf(`${outputs.tenants[name]!.url}/web/login`),
        (status) => status === 200,
      );
    }
    await expectData("small");
    expect(summary(await stack.mustUp("--refresh"))).toEqual([expect.stringMatching(/^\d+ unchanged$/)]);
  });

  it("refuses to begin anew where a tenant's data is gone, also after a refresh, and goes on once it is back", async () => {
    const database = `${stack.environment}-large-database`;
    const image = (await engine.getContainer(container("large", "odoo")).inspect()).Image;
    const copy = (from: string, to: string): Promise<string> =>
      docker(
        ...["run", "--rm", "--user", "root", "--volume", `${from}:/from`, "--volume", `${to}:/to`],
        ...["--entrypoint", "cp", image, "--archive", "/from/.", "/to/"],
      );
    const ofLarge = Object.keys(await containerIds(stack.environment)).filter((name) => name.includes("-large-"));
    for (const name of ofLarge) {
      await engine.getContainer(name).remove({ force: true, v: true });
    }
    await copy(database, `${database}-aside`);
    const { Labels } = await engine.getVolume(database).inspect();
    await engine.getVolume(database).remove();
    for (const run of ["up", "up --refresh", "up after a refresh"]) {
      if (run === "up after a refresh") {
        // Now the state knows of the volume only that it was there once.
        expect(await stack.run("refresh", "--yes", "--skip-preview")).toSucceed();
        expect(await stack.exportStack()).not.toContain(`"id": "${database}"`);
      }
      const { code, output } = await stack.up(...(run === "up --refresh" ? ["--refresh"] : []));
      expect(output.replace(/\n +/g, " ")).toContain(`expected: the one with ${database}, which the stack has made`);
      expect([run, code === 0]).toEqual([run, false]);
      const left = await objectsOf(stack.environment);
      expect(left.filter((name) => name === database || name.endsWith(container("large", "postgres")))).toEqual([]);
    }
    await engine.createVolume({ Name: database, Labels });
    await copy(`${database}-aside`, database);
    await engine.getVolume(`${database}-aside`).remove();
    await stack.mustUp("--refresh");
    await loginAgain("large");
    expect(summary(await stack.mustUp("--refresh"))).toEqual([expect.stringMatching(/^\d+ unchanged$/)]);
  });

  it("replaces only the containers of the tenant whose plan changes, and keeps its data", async () => {
    const before = await containerIds(stack.environment);
    stack.configure({ tenants: { ...tenants, small: { ...small, plan: "basic" } } });
    await stack.mustUp();
    const after = await containerIds(stack.environment);
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed.sort()).toEqual(
      ["backup", "nginx", "odoo", "postgres"].map((service) => container("small", service)),
    );
    await loginAgain("small");
    await expectData("small");
    const { HostConfig } = await engine.getContainer(container("small", "odoo")).inspect();
    expect(HostConfig.Memory).toBeGreaterThan(1024 * 1024 * 1024);
  });

  const services = ["nginx", "odoo", "postgres"];
  /** Where the Compose file is, and what the engine said of the containers that it has to be the same as. */
  const composed = { folder: join(stack.folder, "compose"), containers: {} as Record<string, unknown> };

  it("refuses to lose a tenant that was left out, and keeps its data when it is decommissioned", async () => {
    stack.configure({ tenants: { large: tenants.large } });
    const refused = await stack.up();
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("odoo-fleet:tenants.small");
    expect(refused.output).toContain("state: decommissioned");
    expect(await statusOf(`${outputs.tenants["small"]!.url}/web/login`)).toBe(200);

    const objects = (await objectsOf(stack.environment)).filter((name) => name.includes("-small-")).length;
    const written = await runTool("compose", "--tenant", "small", "--folder", composed.folder);
    expect(written).toEqual({ code: 0, output: expect.stringContaining(composed.folder) as string });
    for (const service of services) {
      composed.containers[service] = await inspectedContainer(container("small", service));
    }
    stack.configure({ tenants: { ...tenants, small: { ...tenants.small, state: "decommissioned" } } });
    const inRepository = (...words: string[]): Promise<unknown> =>
      execIn(container("small", "files"), ["sh", "-ec", `cd /var/lib/odoo-fleet/repository/files; ${words.join(" ")}`]);
    await inRepository("mv keys keys.away");
    const unproven = await stack.up();
    await inRepository("mv keys.away keys");
    expect(unproven.code).not.toBe(0);
    expect(unproven.output).toMatch(
      /tenants\.small\.state\n[^]*a last backup that can be restored[^]*snapshot of the files failed/,
    );
    expect((await objectsOf(stack.environment)).filter((name) => name.includes("-small-"))).toHaveLength(objects);
    await eventually(
      () => statusOf(`${outputs.tenants["small"]!.url}/web/login`).catch(() => 0),
      (status) => status === 200,
    );

    expect(await stack.mustUp()).toMatch(/small: its last backup is proven, after \d+ s/);
    const kept = (await objectsOf(stack.environment)).filter((name) => name.includes("-small-"));
    expect(kept.sort()).toEqual(["database", "filestore", "repository"].map((volume) => container("small", volume)));
    const late = await runTool("compose", "--tenant", "small", "--folder", composed.folder);
    expect(late).toEqual({ code: 1, output: expect.stringContaining("tenant small is decommissioned") as string });
  });

  it("is run by Docker Compose in the same containers, over the same data, and without its secrets in the open", async () => {
    const role = /db_password = (\S+)/.exec(readFileSync(join(composed.folder, "compose.override.yaml"), "utf8"))![1]!;
    expect(readFileSync(join(composed.folder, "compose.yaml"), "utf8")).not.toContain(role);
    try {
      expect(await compose(composed.folder, "up", "--detach")).not.toContain(role);
      const now = services.map(async (service) => [service, await inspectedContainer(container("small", service))]);
      expect(Object.fromEntries(await Promise.all(now))).toEqual(composed.containers);
      await loginAgain("small");
      await expectData("small");
    } finally {
      await compose(composed.folder, "down", "--volumes");
    }
    const kept = (await objectsOf(stack.environment)).filter((name) => name.includes("-small-"));
    expect(kept.sort()).toEqual(["database", "filestore", "repository"].map((volume) => container("small", volume)));
  });

  it("refuses a decommissioned tenant's return as another release, and lets it go when it is left out", async () => {
    // Without its containers, the volumes say what its data is of.
    stack.configure({ ...otherReleases(), tenants: { ...tenants, small: { ...small, postgres: 16, odoo: "18.0" } } });
    const another = (await stack.run("preview")).output.replace(/\n +/g, "\n");
    expect(another).toContain("odoo-fleet:tenants.small.postgres\nvalue:    16\nexpected: 17, the major version");
    expect(another).toContain('odoo-fleet:tenants.small.odoo\nvalue:    "18.0"\nexpected: "19.0", the release');

    stack.configure({ tenants: { large: tenants.large } });
    await stack.mustUp();
    const left = async (): Promise<string[]> =>
      (await objectsOf(stack.environment)).filter((name) => name.includes("-small-"));
    expect(await left()).toEqual([container("small", "repository")]);
    expect(await stack.mustUp()).toMatch(/Resources:\n +\d+ unchanged\n/);

    // The day until which its backups are kept is over.
    const file = join(stack.folder, "state.json");
    const state = (await stack.exportStack()).replace(/"keptUntil": *"[\d-]+"/g, '"keptUntil": "2026-01-01"');
    writeFileSync(file, state);
    expect(await stack.plain("stack", "import", "--file", file)).toSucceed();
    expect(await stack.mustUp()).toContain("small: its backups were kept until 2026-01-01; the next up removes them");
    expect(await left()).toEqual([container("small", "repository")]);
    await stack.mustUp();
    expect(await left()).toEqual([]);
    expect(await statusOf(`${outputs.tenants["large"]!.url}/web/login`)).toBe(200);
  });
});

/** Runs one of `tools/` on the stack, as `make` does. */
async function runTool(name: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const file = join(projectFolder, "tools", `${name}.ts`);
  const run = startGroup("node", ["--require", "tsx/cjs", file, stack.environment, ...args], {
    cwd: projectFolder,
    env: stack.environmentVariables,
  });
  const { code, output } = await run.done;
  return { code: code ?? -1, output };
}
