/** The life of a stack with the docker and random stand-ins, through the real CLI against the real engine. */
import * as pulumi from "@pulumi/pulumi";
import * as automation from "@pulumi/pulumi/automation";
import * as dockerResources from "@pulumi/docker";
import * as random from "@pulumi/random";
import { pluginsFixture } from "../../support/pluginsFixture";
import { docker, testLabel } from "../../support/pluginsImage";
import { changesOf, makeStack, refreshed, stateFile, upOptions } from "../../support/pluginsStack";

// A run of the CLI takes 2 to 6 seconds, and a test has up to six of them.
jest.setTimeout(180_000);

const fixture = pluginsFixture("plugins");
const { run, image } = fixture;
const labels = [{ label: testLabel, value: run }];
const forever = ["sh", "-c", "trap 'exit 0' TERM; while true; do sleep 0.2; done"];

describe("a stack with a network, a volume, a password and a container", () => {
  const wish = { memory: 64, label: "one", plain: "" };
  const program = async (): Promise<object> => {
    const password = new random.RandomPassword("password", { length: 24, special: false });
    const found = new dockerResources.RemoteImage("image", { name: image, keepLocally: true });
    const network = new dockerResources.Network("network", { name: `${run}-net`, internal: true, labels });
    const volume = new dockerResources.Volume("volume", { labels });
    const container = new dockerResources.Container("app", {
      name: `${run}-app`,
      image: found.imageId,
      command: forever,
      labels: [...labels, { label: "odoo-fleet.test.change", value: wish.label }],
      memory: wish.memory,
      memorySwap: wish.memory,
      networkMode: "bridge",
      ipcMode: "private",
      readOnly: false,
      user: "1000:1000",
      capabilities: { drops: ["ALL"] },
      networksAdvanced: [{ name: network.id, aliases: ["app"] }],
      volumes: [{ volumeName: volume.name, containerPath: "/data" }],
      uploads: [
        {
          file: "/data/app.conf",
          content: pulumi.interpolate`password = ${password.result}\n`,
          permissions: "0400",
          owner: "1000",
          group: "1000",
        },
      ],
      envs: [pulumi.interpolate`PASSWORD=${password.result}`],
      healthcheck: { tests: ["CMD", "cat", "/data/app.conf"], interval: "1s", timeout: "2s", retries: 3 },
      restart: "unless-stopped",
      wait: true,
      waitTimeout: 30,
      destroyGraceSeconds: 3,
    });
    return Promise.resolve({
      id: container.id,
      password: password.result,
      networks: container.networkDatas,
      volume: volume.name,
    });
  };
  let stack: automation.Stack;
  const output = async (name: string): Promise<unknown> => (await stack.outputs())[name]?.value as unknown;
  beforeAll(async () => {
    stack = await makeStack(fixture.backend, "app", program);
  });

  test("is made as declared", async () => {
    const result = await stack.up(upOptions);
    expect(changesOf(result)).toEqual({ create: 6 });
    const id = result.outputs["id"]?.value as string;
    const password = result.outputs["password"]?.value as string;
    const [facts] = JSON.parse(docker("inspect", id)) as [
      { State: { Health: { Status: string } }; NetworkSettings: { Networks: Record<string, { Aliases: string[] }> } },
    ];
    expect(facts.State.Health.Status).toBe("healthy");
    expect(Object.keys(facts.NetworkSettings.Networks)).toEqual([`${run}-net`]);
    expect(facts.NetworkSettings.Networks[`${run}-net`]?.Aliases).toContain("app");
    expect(docker("exec", id, "stat", "-c", "%a %u %g", "/data/app.conf")).toBe("400 1000 1000");
    expect(docker("exec", id, "cat", "/data/app.conf")).toBe(`password = ${password}`);
    expect(result.outputs["networks"]?.value).toEqual([expect.objectContaining({ networkName: `${run}-net` })]);
  });

  test("leaves no secret in the state", async () => {
    const password = (await output("password")) as string;
    expect(password).toHaveLength(24);
    const state = stateFile(fixture.backend, "app");
    expect(state).toContain(`${run}-app`);
    expect(state).not.toContain(password);
  });

  test("has nothing to change, also after a refresh", async () => {
    expect(changesOf(await stack.up(upOptions))).toEqual({ same: 6 });
    expect(changesOf(await stack.up(refreshed))).toEqual({ same: 6 });
  });

  test("changes memory in place", async () => {
    const id = await output("id");
    wish.memory = 96;
    const result = await stack.up(upOptions);
    expect(changesOf(result)).toEqual({ same: 5, update: 1 });
    expect(result.outputs["id"]?.value).toBe(id);
    expect(docker("inspect", "--format", "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}", String(id))).toBe(
      "100663296 100663296",
    );
    expect(changesOf(await stack.up(refreshed))).toEqual({ same: 6 });
  });

  test("replaces the container for a new label and keeps the volume's data", async () => {
    const before = await output("id");
    docker("exec", "--user", "0", String(before), "sh", "-c", "echo kept > /data/kept");
    wish.label = "two";
    const result = await stack.up(upOptions);
    expect(changesOf(result)).toEqual({ same: 5, replace: 1 });
    const id = result.outputs["id"]?.value as string;
    expect(id).not.toBe(before);
    expect(docker("exec", id, "cat", "/data/kept")).toBe("kept");
    expect(docker("ps", "--all", "--quiet", "--filter", `name=${run}-app`).split("\n")).toHaveLength(1);
  });

  test("starts a stopped container again, in place", async () => {
    const id = (await output("id")) as string;
    docker("stop", "--time", "1", id);
    const result = await stack.up(refreshed);
    expect(changesOf(result)).toEqual({ same: 5, update: 1 });
    expect(docker("inspect", "--format", "{{.State.Status}}", id)).toBe("running");
    expect(changesOf(await stack.up(refreshed))).toEqual({ same: 6 });
  });

  test("makes a removed container anew", async () => {
    docker("rm", "--force", (await output("id")) as string);
    expect(changesOf(await stack.up(refreshed))).toEqual({ same: 5, create: 1 });
  });

  test("is destroyed without a trace", async () => {
    const volume = (await output("volume")) as string;
    await stack.destroy({ color: "never" });
    expect(docker("ps", "--all", "--quiet", "--filter", `label=${testLabel}=${run}`)).toBe("");
    expect(docker("network", "ls", "--quiet", "--filter", `label=${testLabel}=${run}`)).toBe("");
    expect(docker("volume", "ls", "--quiet", "--filter", `name=${volume}`)).toBe("");
    expect(docker("image", "ls", "--quiet", image)).not.toBe("");
  });
});
