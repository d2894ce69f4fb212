import type { FleetSettings } from "../../../components";
import { edgeAddresses } from "../../../fleet";
import { containerIds, engine } from "../../support/engine";
import { eventually } from "../../support/odooClient";
import { OwnStack } from "../../support/ownStack";
import {
  acme,
  ask,
  container,
  edge,
  globex,
  judged,
  lastRequest,
  monitoring,
  port,
  stack,
  states,
  unchanged,
  watching,
} from "./fleet";

/** The names in what Prometheus answers, once there are so many. */
async function namesIn(expr: string, count: number): Promise<string[]> {
  const found = await eventually(
    () => watching().query(expr),
    ({ length }) => length === count,
    120,
  );
  return found.map(({ labels }) => labels["instance"]!).sort();
}

describe("a tenant that leaves", () => {
  it("is served from a stack of its own like the others, without the edge's stack being applied, and leaves likewise", async () => {
    const { fleetSecret } = await stack.outputs<{ fleetSecret: string }>();
    const own = new OwnStack(
      {
        environment: stack.environment,
        hosts: { local: stack.host() },
        edge: edge as FleetSettings["edge"],
        tenant: "hooli",
        fleetSecret,
      },
      320,
    );
    const before = await containerIds(stack.environment);
    try {
      const { outputs: made } = await own.up();
      expect(made["url"]!.value).toBe(`https://hooli.localhost:${port}`);
      const page = await eventually(
        () => ask("hooli.localhost", "/web/login", { "X-Forwarded-For": "192.0.2.66" }),
        ({ status }) => status === 200,
        30,
      );
      expect(page.body).toContain('name="password"');
      const { engine: gateway } = edgeAddresses(String(stack.host()["subnetBase"]));
      expect(await lastRequest("hooli", "/web/login")).toMatchObject({ client: gateway, status: "200" });
      expect((await own.up()).summary.resourceChanges).toEqual({ same: expect.any(Number) as number });
      // A name more is another route, and another address that Odoo knows.
      const first = await containerIds(stack.environment);
      await own.up({ domains: ["hooli.test"] });
      await eventually(
        () => ask("hooli.test", "/web/login"),
        ({ status }) => status === 200,
        30,
      );
      const now = await containerIds(stack.environment);
      expect(Object.fromEntries(Object.entries(now).filter(([name]) => !name.includes("-hooli-")))).toEqual(before);
      for (const service of ["nginx", "postgres"]) {
        expect(now[container(`hooli-${service}`)]).toBe(first[container(`hooli-${service}`)]);
      }
      // Nobody is told yet while it isn't served, and somebody is about to be, of each of its names.
      const nginx = engine.getContainer(container("hooli-nginx"));
      await nginx.stop();
      // The edge's own stack has nothing to do with it.
      await unchanged();
      const names = ["hooli.localhost", "hooli.test"].map((name) => `https://${name}:${port}`);
      expect(await namesIn('ALERTS{alertname="EdgeNameDown", tenant="hooli", alertstate="pending"}', 2)).toEqual(names);
      await nginx.start();
      expect(await namesIn('probe_success{service="edge", tenant="hooli"} == 1', 2)).toEqual(names);
      const certificates = 'probe_ssl_earliest_cert_expiry{service="edge", tenant="hooli", certificates="internal"}';
      expect(await namesIn(`${certificates} - time() > 0`, 2)).toEqual(names);
      await own.up({ domains: ["hooli.test"], state: "suspended", wakeOnRequest: true });
      await namesIn('{service="edge", tenant="hooli"} or ALERTS{tenant="hooli"}', 0);
      // No probe has woken it.
      expect(Object.entries(await states("hooli")).filter(([, state]) => state === "running")).toEqual([
        ["nginx", "running"],
      ]);
    } finally {
      await own.dispose();
    }
    // The edge looks for what is left each few seconds.
    const refused = await eventually(
      () => ask("hooli.localhost", "/web/login").then(({ status }) => String(status), String),
      (outcome) => outcome.includes("alert"),
      30,
    );
    expect(refused).toMatch(/alert/);
    expect(await containerIds(stack.environment)).toEqual(before);
  });

  it("is the edge's no more once it is decommissioned, and its names are free", async () => {
    stack.configure({
      edge,
      monitoring,
      tenants: { acme: { ...acme, domains: globex.domains }, globex: { slot: 319, state: "decommissioned" } },
    });
    const { code, output } = await stack.run("preview", ...judged);
    expect(output).not.toMatch(/local-edge +replace/);
    expect(code).toBe(0);
  });
});
