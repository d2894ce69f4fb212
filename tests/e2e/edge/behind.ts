import { edgeAddresses, tenantPorts } from "../../../fleet";
import { canConnect, execIn, query } from "../../support/engine";
import { ask, container, fleet, lastRequest, port, stack } from "./fleet";

describe("a tenant behind the edge", () => {
  it("has its login page at its name by HTTPS, with links and cookies of that address", async () => {
    expect(fleet.outputs.tenants["acme"]).toMatchObject({ url: `https://acme.localhost:${port}`, port: 23180 });
    const page = await ask("acme.localhost", "/web/login");
    expect(page.status).toBe(200);
    expect(page.body).toContain('name="password"');
    expect(String(page.headers["set-cookie"])).toMatch(/session_id=.*secure/i);
    const parameters = "SELECT key, value FROM ir_config_parameter WHERE key ~ '^web.base.url' ORDER BY key";
    expect(await query(container("acme-postgres"), "acme", parameters)).toEqual([
      `web.base.url|https://acme.localhost:${port}`,
      "web.base.url.freeze|True",
    ]);
    // Odoo itself leads to where it thinks that the client is.
    const { headers } = await ask("acme.localhost", "/odoo");
    expect(headers["location"]).toMatch(/^(https:\/\/acme\.localhost:18217)?\/web\/login/);
  });

  it("answers a hundred at once, though its plan has a fifth of the connections to the database", async () => {
    const pages = await Promise.all(Array.from({ length: 100 }, () => ask("acme.localhost", "/web/login")));
    expect(pages.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it("is told of a client what the edge knows, whatever the client says of itself", async () => {
    const forged = {
      "X-Forwarded-For": "192.0.2.66",
      "X-Real-IP": "192.0.2.66",
      Forwarded: "for=192.0.2.66;proto=http",
      "X-Forwarded-Proto": "http",
      "X-Odoo-Fleet-Edge": "guessed",
    };
    expect((await ask("acme.localhost", "/web/login?forged", forged)).status).toBe(200);
    // A client on the host itself comes by way of the engine.
    const { engine: gateway } = edgeAddresses(String(stack.host()["subnetBase"]));
    expect(await lastRequest("acme", "/web/login")).toMatchObject({ client: gateway, status: "200" });
  });

  it("is led to from HTTP, and not from a name outside, nor in another one's name", async () => {
    const http = (host: string): Promise<string> =>
      execIn(container("edge"), [
        ...["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", "-H", `Host: ${host}`],
        "http://127.0.0.1:8080/web/login?x=1",
      ]).then(({ output }) => output.trim());
    expect(await http("acme.localhost")).toBe(`308 https://acme.localhost:${port}/web/login?x=1`);
    expect(await http("evil.test")).toBe("404");
    expect((await ask("acme.localhost", "/", { Host: `globex.localhost:${port}` })).status).toBe(421);
    await expect(ask("evil.test", "/")).rejects.toThrow(/alert/);
  });

  it("answers nobody but the edge where it is published for the edge", async () => {
    const { engine: gateway } = edgeAddresses(String(stack.host()["subnetBase"]));
    const asked = [
      ...["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}"],
      ...["-H", "X-Forwarded-For: 192.0.2.66", `http://${gateway}:${tenantPorts(20000, 318).edge}/web/login`],
    ];
    // Any container of the host gets that far.
    expect(await execIn(container("acme-nginx"), asked)).toMatchObject({ code: 0, output: "403" });
    expect(await canConnect(container("acme-odoo"), edgeAddresses("10.217.0.0/16").edge, 2019)).toBe(false);
  });
});
