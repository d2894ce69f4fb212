import { WebSocket } from "ws";
import { tenantAddresses } from "../../../fleet";
import { testedOdoo } from "../../support/cliStack";
import { engine, execIn, query } from "../../support/engine";
import { eventually, OdooClient, statusOf } from "../../support/odooClient";
import { container, fleet, names, slots, subnetBase } from "./fleet";

describe("what an up leaves", () => {
  it("gives each tenant's address and settings, and its host's room", () => {
    expect(fleet.outputs.tenants["small"]).toEqual({
      url: "http://127.0.0.1:21010",
      host: "local",
      slot: 101,
      port: 21010,
      database: "small",
      odooVersion: testedOdoo,
      plan: "starter",
      state: "running",
    });
    expect(fleet.outputs.hosts["local"]).toMatchObject({ tenants: [...names].sort(), slots: { used: 2, left: 998 } });
  });

  it.each(names)("serves %s's login page through its own Nginx", async (name) => {
    const response = await fetch(`${fleet.outputs.tenants[name]!.url}/web/login`);
    expect(response.status).toBe(200);
    expect(response.headers.get("server")).toBe("nginx");
    expect(await response.text()).toContain('name="password"');
  });

  it.each(names)("lets %s's administrator in with the password of the outputs and no other", async (name) => {
    const client = new OdooClient(fleet.outputs.tenants[name]!.url);
    expect(await client.login(name, "admin", fleet.outputs.adminPasswords[name]!)).toBe(2);
    const [user] = await client.call<{ login: string }[]>("res.users", "read", [[2], ["login"]]);
    expect(user!.login).toBe("admin");
    const other = names.find((one) => one !== name)!;
    for (const wrong of ["admin", fleet.outputs.adminPasswords[other]!]) {
      expect(await new OdooClient(fleet.outputs.tenants[name]!.url).login(name, "admin", wrong)).toBeUndefined();
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
    expect(new Set(Object.values(fleet.outputs.adminPasswords)).size).toBe(2);
  });

  it("runs Odoo with a role that can neither create databases nor read the server's files", async () => {
    const role = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = 'odoo'";
    expect(await query(container("small", "postgres"), "small", role)).toEqual(["f|f|f|f"]);
  });

  it("closes the database manager, metrics and the choice of a database", async () => {
    const { url } = fleet.outputs.tenants["small"]!;
    for (const path of ["/web/database/manager", "/web/database/list", "/web//database/selector", "/metrics"]) {
      expect([path, await statusOf(url + path)]).toEqual([path, 404]);
    }
    const other = await fetch(`${url}/web/login`, { headers: { "X-Odoo-Database": "postgres" } });
    expect(other.status).toBe(200);
  });

  it("serves static files from the cache, compressed, with security headers", async () => {
    const url = `${fleet.outputs.tenants["small"]!.url}/web/static/lib/owl/owl.js`;
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
      const { url } = fleet.outputs.tenants[name]!;
      const client = new OdooClient(url);
      await eventually(
        () => client.login(name, "admin", fleet.outputs.adminPasswords[name]!),
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
      fetch(`${fleet.outputs.tenants["large"]!.url}/web/login`, { method: "POST", redirect: "manual" }),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses).toContain(429);
  });

  it("takes websockets to the gevent process where there are workers", async () => {
    const { url } = fleet.outputs.tenants["large"]!;
    const client = new OdooClient(url);
    await eventually(
      () => client.login("large", "admin", fleet.outputs.adminPasswords["large"]!),
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
