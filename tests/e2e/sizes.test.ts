import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { containerOptions, hardenedContainer, labelList } from "../../components/container/containerDefaults";
import { endpointOf } from "../../components/host/engineClient";
import { builtInPlans, type Plan } from "../../fleet/plans";
import { solveSizing } from "../../fleet/sizing";
import { engine, removeObjects } from "../support/engine";
import { makeImage, removeImage } from "../support/pluginsImage";

/** Every plan, and the smallest with other figures of CPUs. */
const plans: Record<string, Plan> = {
  ...builtInPlans,
  ...Object.fromEntries([0.5, 1, 1.5, 10].map((cpus) => [`cpus-${cpus}`, { ...builtInPlans["starter"]!, cpus }])),
};
const environment = "test-sizes";
const image = `odoo-fleet.test/sizes-${process.pid}:1`;
const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
let imageId: string;
let stack: Stack;

const sizes = Object.entries(plans).flatMap(([plan, declared]) => {
  const solved = solveSizing(declared);
  if (!solved.ok) {
    throw new Error(solved.fault.reason);
  }
  const { odoo, postgres, nginx } = solved.sizing;
  return Object.entries({ odoo, postgres, nginx }).map(([service, limits]) => ({ name: `${plan}-${service}`, limits }));
});

/** A sleeping container of every size, as the project makes its own; a limit may be above the CPUs that there are. */
function program(): Promise<void> {
  const provider = new docker.Provider("engine", { host: endpointOf({}) });
  const parent = new pulumi.ComponentResource("test:index:Sizes", "sizes", {}, { providers: [provider] });
  for (const { name, limits } of sizes) {
    new docker.Container(
      name,
      {
        ...hardenedContainer(limits),
        name: `${environment}-${name}`,
        image: imageId,
        command: ["sleep", "600"],
        networkMode: "none",
        destroyGraceSeconds: 1,
        stopTimeout: 1,
        healthcheck: { tests: ["CMD", "true"], interval: "1m30s", timeout: "5s", startPeriod: "1m0s", retries: 3 },
        labels: labelList({ "odoo-fleet.environment": environment, "odoo-fleet.service": name }),
      },
      containerOptions(parent),
    );
  }
  return Promise.resolve();
}

beforeAll(async () => {
  makeImage(image);
  // As the project gives it: a name would be compared with the id that the engine tells.
  imageId = (await engine.getImage(image).inspect()).Id;
  stack = await LocalWorkspace.createStack(
    { stackName: environment, projectName: "sizes", program },
    {
      envVars: { PULUMI_CONFIG_PASSPHRASE: "passphrase of a test", PULUMI_SKIP_UPDATE_CHECK: "true" },
      projectSettings: { name: "sizes", runtime: "nodejs", backend: { url: `file://${folder}?metadata=skip` } },
    },
  );
});

afterAll(async () => {
  await removeObjects(environment);
  removeImage(image);
  rmSync(folder, { recursive: true });
});

// With the stack, the provider and the component.
const resources = sizes.length + 3;

it("makes a container of every size, with the limits of its plan", async () => {
  const { summary } = await stack.up();
  expect(summary.resourceChanges).toEqual({ create: resources });
  for (const { name, limits } of sizes) {
    const { HostConfig } = await engine.getContainer(`${environment}-${name}`).inspect();
    expect([name, HostConfig.CpuQuota, HostConfig.Memory]).toEqual([
      name,
      Math.round(limits.cpus * 100_000),
      limits.memoryMiB * 1024 * 1024,
    ]);
  }
});

it("changes nothing by an up after an up, by a refresh, and by an up or a preview after that", async () => {
  const unchanged = { same: resources };
  expect((await stack.up()).summary.resourceChanges).toEqual(unchanged);
  expect((await stack.refresh()).summary.resourceChanges).toEqual(unchanged);
  expect((await stack.up()).summary.resourceChanges).toEqual(unchanged);
  expect((await stack.preview({ refresh: true })).changeSummary).toEqual(unchanged);
});
