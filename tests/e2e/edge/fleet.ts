import { request } from "node:https";
import { join } from "node:path";
import type { FleetOutputs } from "../../../components";
import { CliStack } from "../../support/cliStack";
import { engine } from "../../support/engine";
import { eventually } from "../../support/odooClient";
import { pack } from "../../support/policyPack";
import { PrometheusClient } from "../../support/prometheusClient";

type Outputs = Pick<FleetOutputs, "tenants" | "monitoring"> &
  Record<"adminPasswords" | "monitoringPasswords", Record<string, string>>;

export const stack = new CliStack("edge", 217);
export const port = 18217;
export const edge = { domain: "localhost", certificates: "internal", httpPort: 18216, httpsPort: port };
export const monitoring = {};
/** As `make up` of the demo is judged: what measures a host has to see it. */
export const judged = ["--policy-pack", pack, "--policy-pack-config", join(pack, "config", "dev.json")];
export const acme = { slot: 318, publishPort: true };
export const globex = { slot: 319, domains: ["erp.globex.test"] };
export const container = (name: string): string => `${stack.environment}-${name}`;

/** What has been brought up. */
export const fleet = {} as { outputs: Outputs; ca: string };

export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Asks over HTTPS, as a browser that trusts the fleet's own authority. */
export function ask(name: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Page> {
  return new Promise((resolve, reject) => {
    const own = { Host: `${name}:${port}`, ...headers };
    const options = { host: "127.0.0.1", port, path, ca: fleet.ca, servername: name, headers: own, agent: false };
    request(options, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("end", () =>
        resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(pieces).toString() }),
      );
    })
      .on("error", reject)
      .end();
  });
}

/** How each container of a tenant is, by its service, in the engine's words. */
export async function states(tenant: string): Promise<Record<string, string>> {
  const services = ["postgres", "odoo", "nginx", "backup", "files"];
  const found = services.map(async (service) => {
    const { State } = await engine.getContainer(container(`${tenant}-${service}`)).inspect();
    return [service, State.Status];
  });
  return Object.fromEntries(await Promise.all(found)) as Record<string, string>;
}

export const delay = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What watches the edge's host. */
export function watching(): PrometheusClient {
  return new PrometheusClient(
    fleet.outputs.monitoring!["local"]!.prometheus,
    fleet.outputs.monitoringPasswords["local"]!,
  );
}

/** Nothing differs, also against the engine. */
export async function unchanged(): Promise<void> {
  expect(await stack.mustUp("--refresh")).toMatch(/Resources:\n +\d+ unchanged\n/);
}

/** The last request in the log of a tenant's Nginx. */
export async function lastRequest(tenant: string, path: string): Promise<Record<string, string>> {
  const nginx = engine.getContainer(container(`${tenant}-nginx`));
  const line = await eventually(
    async () =>
      (await nginx.logs({ stdout: true, tail: 20 }))
        .toString()
        .split("\n")
        .filter((one) => one.includes(path))
        .at(-1),
    (found) => found !== undefined,
    30,
  );
  return JSON.parse(line!.slice(line!.indexOf("{"))) as Record<string, string>;
}
