import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { ProgressFollower, type TaskResult } from "../../../../components/host/bootstrapProgress";
import { HostBootstrap, type HostBootstrapArgs } from "../../../../components/host/hostBootstrap";
import { resolveFleet } from "../../../../fleet";
import { tenantsOn } from "../../../../fleet/tenantsOn";
import { ofType, settled, startMocks } from "../../../support/mocks";

// Pulumi's mocks know no hooks; tests/proofs/hosts.test.ts sees what they show.
jest.mock("../../../../components/host/bootstrapHooks", () => ({ progressHooks: () => undefined }));

const hosts = {
  "odoo-1": { connection: "ssh://ops@odoo-1", hostKey: "ssh-ed25519 AAAA", bindAddress: "10.20.0.11" },
  here: { connection: "local" },
};

/** A fresh program with two hosts; its commands by name. */
async function bootstrapBoth(
  tenants: object,
  options = {},
  sudo: Pick<HostBootstrapArgs, "sudoPassword" | "lastRuns"> = {},
  opts: pulumi.ComponentResourceOptions = {},
): Promise<Record<string, Record<string, unknown>>> {
  const registered = startMocks(options);
  const fleet = resolveFleet({ hosts, tenants, defaults: { host: "odoo-1" } }, "dev");
  for (const host of Object.values(fleet.hosts)) {
    const args = { environment: "dev", host, tenants: tenantsOn(fleet, host) };
    new HostBootstrap(host.name, host.name === "odoo-1" ? { ...args, ...sudo } : args, opts);
  }
  await settled();
  expect(registered.filter(({ type }) => type === "odoo-fleet:index:HostBootstrap")).toHaveLength(2);
  return ofType(registered, "command:local:Command");
}

describe("HostBootstrap", () => {
  test("runs the playbook for each host, and the ports of a server after it", async () => {
    const commands = await bootstrapBoth({ acme: { slot: 1 } });
    expect(Object.keys(commands).sort()).toEqual(["here-bootstrap", "odoo-1-bootstrap", "odoo-1-ports"]);
    expect(commands["odoo-1-bootstrap"]).toEqual({
      create: expect.stringMatching(/^exec bash '.*ansible\/run\.sh' site$/) as string,
      stdin: expect.stringContaining("docker_host_user: ops") as string,
      environment: {
        ODOO_FLEET_RUN: "dev.odoo-1",
        ODOO_FLEET_TREE: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      },
      logging: "none",
      addPreviousOutputInEnv: false,
    });
    expect(commands["odoo-1-ports"]).toMatchObject({ stdin: expect.stringContaining("port: 20010") as string });
  });

  test("is the same again for the same declaration, in a preview too, and whatever tenants come", async () => {
    const first = await bootstrapBoth({ acme: { slot: 1 } });
    expect(await bootstrapBoth({ acme: { slot: 1 } }, { preview: true })).toEqual(first);
    const more = await bootstrapBoth({ acme: { slot: 1 }, globex: { slot: 2 } });
    expect(more["odoo-1-bootstrap"]).toEqual(first["odoo-1-bootstrap"]);
    expect(more["odoo-1-ports"]).not.toEqual(first["odoo-1-ports"]);
  });
});

describe("a password for sudo", () => {
  const acme = { acme: { slot: 1 } };
  const treeOf = (command: Record<string, unknown> | undefined): string =>
    (command!["environment"] as { ODOO_FLEET_TREE: string }).ODOO_FLEET_TREE;

  test("is on the standard input alone, as a secret, in what the firewall's run is told too", async () => {
    const commands = await bootstrapBoth(acme, {}, { sudoPassword: "open sesame" });
    for (const name of ["odoo-1-bootstrap", "odoo-1-ports"]) {
      const { stdin, ...others } = commands[name]!;
      expect(stdin).toMatchObject({
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        value: expect.stringContaining('ansible_become_password: !unsafe "open sesame"') as string,
      });
      expect(JSON.stringify(others)).not.toContain("sesame");
    }
    expect(JSON.stringify(commands["here-bootstrap"])).not.toContain("sesame");
  });

  test("changes nothing that runs are for, and what is declared does", async () => {
    const [one, other, moved] = [
      await bootstrapBoth(acme, {}, { sudoPassword: "one" }),
      await bootstrapBoth(acme, {}, { sudoPassword: "other" }),
      await bootstrapBoth({ acme: { slot: 2 } }, {}, { sudoPassword: "one" }),
    ].map((commands) => [treeOf(commands["odoo-1-bootstrap"]), treeOf(commands["odoo-1-ports"])]);
    expect(other).toEqual(one);
    expect(moved![0]).toBe(one![0]);
    expect(moved![1]).not.toBe(one![1]);
  });

  test("that is another one is kept for the next run, where the last one was for the same", async () => {
    const ignored: Record<string, unknown> = {};
    const first = await bootstrapBoth(acme, {}, { sudoPassword: "one" });
    const lastRuns = new Map([
      ["odoo-1-bootstrap", treeOf(first["odoo-1-bootstrap"])],
      ["odoo-1-ports", "of before"],
    ]);
    const note: pulumi.ResourceTransformation = ({ type, name, opts }) => {
      if (type === "command:local:Command") {
        ignored[name] = opts.ignoreChanges;
      }
      return undefined;
    };
    await bootstrapBoth(acme, {}, { sudoPassword: "other", lastRuns }, { transformations: [note] });
    expect(ignored).toEqual({ "odoo-1-bootstrap": ["stdin"], "odoo-1-ports": undefined, "here-bootstrap": undefined });
  });
});

describe("the progress of a run", () => {
  const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-progress-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is read as it grows, half lines too, and begins anew with each run", () => {
    const file = join(folder, "dev.here", "progress.jsonl");
    const seen: TaskResult[] = [];
    const follower = new ProgressFollower(file, (result) => seen.push(result));
    follower.start();
    follower.stop();
    expect(seen).toEqual([]);
    const [one, other] = ["é".repeat(40_000), "second"].map((task) => ({
      host: "here",
      role: "base",
      task,
      status: "ok" as const,
    }));
    appendFileSync(file, `${JSON.stringify(one)}\n${JSON.stringify(other).slice(0, 10)}`);
    follower.stop();
    expect(seen).toEqual([one]);
    appendFileSync(file, `${JSON.stringify(other).slice(10)}\n`);
    follower.stop();
    expect(seen).toEqual([one, other]);
    follower.start();
    appendFileSync(file, `${JSON.stringify(other)}\n`);
    follower.stop();
    expect(seen).toEqual([one, other, other]);
  });
});
