import { Agent } from "node:https";
import { WebSocket } from "ws";
import { readCertificates } from "../../../components";
import { tenantPorts } from "../../../fleet";
import { containerIds, engine } from "../../support/engine";
import { eventually, OdooClient, statusOf } from "../../support/odooClient";
import { acme, ask, container, edge, fleet, globex, monitoring, port, stack, watching } from "./fleet";

describe("a tenant that comes", () => {
  it("is served at once, and neither the edge nor a websocket of another tenant notices", async () => {
    const client = new OdooClient(`http://127.0.0.1:${fleet.outputs.tenants["acme"]!.port}`);
    await eventually(
      () => client.login("acme", "admin", fleet.outputs.adminPasswords["acme"]!),
      (uid) => uid === 2,
    );
    const origin = `https://acme.localhost:${port}`;
    const socket = new WebSocket(`wss://127.0.0.1:${port}/websocket`, {
      agent: new Agent({ ca: fleet.ca, servername: "acme.localhost" }),
      headers: { Host: `acme.localhost:${port}`, Cookie: client.session, Origin: origin },
    });
    await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
    let pongs = 0;
    socket.on("pong", () => pongs++);
    const others = async (): Promise<[string, string][]> =>
      Object.entries(await containerIds(stack.environment)).filter(
        ([name]) => name.includes("-acme-") || name === container("edge"),
      );
    const before = await others();
    expect(before).toHaveLength(6);
    const started = async (): Promise<string> =>
      (await engine.getContainer(container("edge")).inspect()).State.StartedAt;
    const since = await started();

    stack.configure({ edge, monitoring, tenants: { acme, globex } });
    await stack.mustUp();
    fleet.outputs = await stack.outputs();
    expect(fleet.outputs.tenants["globex"]!.url).toBe(`https://erp.globex.test:${port}`);
    for (const name of ["erp.globex.test", "globex.localhost"]) {
      await eventually(
        () => ask(name, "/web/login"),
        ({ status, body }) => status === 200 && body.includes('name="password"'),
        30,
      );
    }
    await expect(statusOf(`http://127.0.0.1:${tenantPorts(20000, 319).http}/`)).rejects.toThrow();

    expect(await others()).toEqual(before);
    expect(await started()).toBe(since);
    socket.ping();
    await eventually(
      () => Promise.resolve(pongs),
      (count) => count > 0,
      30,
    );
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });

  it("is watched at each of its names, with the time that its certificate is good for", async () => {
    const prometheus = watching();
    const names = ["acme.localhost", "erp.globex.test", "globex.localhost"].map((name) => `https://${name}:${port}`);
    const asked =
      'min by (instance) (probe_ssl_earliest_cert_expiry{service="edge", certificates="internal"}) - time()';
    const left = await eventually(
      () => prometheus.query(asked),
      (found) => found.length === names.length,
      90,
    );
    expect(left.map(({ labels }) => labels["instance"]).sort()).toEqual(names);
    for (const { value: seconds } of left) {
      // Those of the edge's own authority last for twelve hours, and are renewed with a third left.
      expect(seconds).toBeGreaterThan(4 * 3600 - 600);
      expect(seconds).toBeLessThanOrEqual(12 * 3600);
    }
    // The portal's worker asks like that.
    const place = { host: "local", container: `${stack.environment}-prometheus` };
    const certificates = await readCertificates({ environment: stack.environment, hosts: { local: {} } }, place);
    expect(certificates.map(({ name }) => `https://${name}`).sort()).toEqual(names);
    expect(certificates.map(({ tenant, authority }) => `${tenant} ${authority}`).sort()).toEqual([
      ...["acme internal", "globex internal", "globex internal"],
    ]);
    expect(Math.min(...certificates.map(({ endsAt }) => endsAt!.getTime()))).toBeGreaterThan(Date.now());
    const served = await prometheus.query('min by (instance) (probe_success{service="edge"})');
    expect(served.map(({ value }) => value)).toEqual([1, 1, 1]);
    // What the edge is made of is declared, so that it is missed when it is gone, and isn't told of as something superfluous.
    expect(await prometheus.query(`odoo_fleet_container_declared{name="${container("edge")}"}`)).toHaveLength(1);
  });
});
