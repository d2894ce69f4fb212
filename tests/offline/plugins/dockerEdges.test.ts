/** What the docker stand-in refuses, and its images and connections, through the real CLI against the real engine. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as dockerResources from "@pulumi/docker";
import * as random from "@pulumi/random";
import { connect } from "../../../offline/plugins/docker/engine";
import { pluginsFixture } from "../../support/pluginsFixture";
import { docker, removeImage, testLabel } from "../../support/pluginsImage";
import { changesOf, failure, makeStack, refreshed, upOptions } from "../../support/pluginsStack";

// A run of the CLI takes 2 to 6 seconds, and a test has up to six of them.
jest.setTimeout(180_000);

const fixture = pluginsFixture("plugins-edge");
const { run, image } = fixture;
const labels = [{ label: testLabel, value: run }];
const forever = ["sh", "-c", "trap 'exit 0' TERM; while true; do sleep 0.2; done"];

/** A resource of any type with any inputs. */
class Untyped extends pulumi.CustomResource {}

function imageId(): string {
  return docker("image", "inspect", "--format", "{{.Id}}", image);
}

describe("refusals", () => {
  const up = async (name: string, program: () => void): Promise<string> => {
    const stack = await makeStack(fixture.backend, name, () => Promise.resolve(program()));
    try {
      return await failure(stack.up(upOptions));
    } finally {
      await stack.destroy({ color: "never" });
    }
  };
  const args = { command: forever, labels, image };

  test("a property that the stand-in doesn't know, nested ones too, before anything is made", async () => {
    const unknown = {
      ...args,
      name: `${run}-unknown`,
      colour: "red",
      uploads: [{ file: "/a", content: "x", weight: 1 }],
    };
    const message = await up("unknown", () => {
      // The package's own class would drop what it doesn't know; another SDK version or language might not.
      const all: pulumi.Inputs = unknown;
      new Untyped("docker:index/container:Container", "app", all);
    });
    expect(message).toContain("doesn't know `colour` on docker:index/container:Container");
    expect(message).toContain("doesn't know `uploads[0].weight`");
    expect(docker("ps", "--all", "--quiet", "--filter", `name=${run}-unknown`)).toBe("");
  });

  test("a name that is taken, an image that isn't there, and a port that is in use", async () => {
    docker("create", "--name", `${run}-taken`, "--label", `${testLabel}=${run}`, image, "true");
    const named =
      (name: string, extra: object): (() => void) =>
      () =>
        void new dockerResources.Container("app", { ...args, name: `${run}-${name}`, ...extra });
    expect(await up("taken", named("taken", {}))).toMatch(
      /Unable to create container: Error response from daemon: Conflict\. The container name .* is already in use/,
    );
    expect(await up("missing", named("missing", { image: "127.0.0.1:9/none:1" }))).toContain(
      "Unable to create container with image 127.0.0.1:9/none:1: unable to pull image",
    );
    docker(
      "run",
      "--detach",
      "--label",
      `${testLabel}=${run}`,
      "--publish",
      "127.0.0.1::80",
      "--name",
      `${run}-port-taken`,
      image,
      ...forever,
    );
    const external = Number(docker("port", `${run}-port-taken`, "80").split(":").pop());
    const port = await up("port", named("port", { ports: [{ internal: 80, external, ip: "127.0.0.1" }] }));
    expect(port).toContain("port is already allocated");
  });

  test("a container that doesn't get healthy is recorded, and replaced where the program asks for that", async () => {
    const wish = { test: "false" };
    const stack = await makeStack(fixture.backend, "sick", () => {
      const healthcheck = { tests: ["CMD-SHELL", wish.test], interval: "500ms", retries: 1 };
      const sick = { ...args, image: imageId(), name: `${run}-sick`, healthcheck, wait: true, waitTimeout: 2 };
      new dockerResources.Container("app", sick, { replaceOnChanges: ["#initerror"] });
      return Promise.resolve();
    });
    expect(await failure(stack.up(upOptions))).toContain("container failed to be in healthy state");
    const left = docker("ps", "--all", "--quiet", "--no-trunc", "--filter", `name=${run}-sick`);
    expect(left).not.toBe("");
    wish.test = "true";
    expect(changesOf(await stack.up(upOptions))).toEqual({ same: 1, replace: 1 });
    expect(docker("ps", "--quiet", "--no-trunc", "--filter", `name=${run}-sick`)).not.toBe(left);
    await stack.destroy({ color: "never" });
  });

  test("an engine that isn't there", async () => {
    const message = await up("unreachable", () => {
      const provider = new dockerResources.Provider("host", { host: "unix:///nowhere/docker.sock" });
      new dockerResources.Volume("volume", { labels }, { provider });
    });
    // Said of the first resource: its provider asks an engine that isn't behind SSH when it is set up, which the plugin puts off.
    expect(message).toMatch(/docker:index:Volume \(volume\):\s+error: .*failed to connect to any docker daemon/);
  });
});

test("a preview works while the host isn't known yet", async () => {
  const stack = await makeStack(fixture.backend, "unknown-host", () => {
    const host = new random.RandomId("host", { byteLength: 2 });
    const provider = new dockerResources.Provider("host", { host: pulumi.interpolate`ssh://${host.hex}.invalid` });
    const volume = new dockerResources.Volume("volume", { labels }, { provider });
    new dockerResources.Container(
      "app",
      { image, volumes: [{ volumeName: volume.name, containerPath: "/data" }] },
      { provider },
    );
    return Promise.resolve();
  });
  const result = await stack.preview({ color: "never" });
  expect(result.changeSummary).toEqual({ create: 5 });
});

test("an image is built, rebuilt on a trigger, shown when it fails, and removed", async () => {
  const context = mkdtempSync(path.join(tmpdir(), "odoo-fleet-build-"));
  const wish = {
    dockerfile: 'ARG BASE\nFROM ${BASE}\nARG WORD\nCOPY note /note\nRUN echo "$WORD" >> /note\n',
    version: "1",
  };
  const built = `odoo-fleet.test/${run}-built`;
  const stack = await makeStack(fixture.backend, "build", () => {
    writeFileSync(path.join(context, "Dockerfile"), wish.dockerfile);
    writeFileSync(path.join(context, "note"), `version ${wish.version}\n`);
    const result = new dockerResources.RemoteImage("built", {
      name: `${built}:${wish.version}`,
      build: {
        context,
        buildArgs: { BASE: image, WORD: "hello" },
        labels: { [testLabel]: run },
        tags: [`${built}:also`],
        useLegacyBuilder: true,
        forceRemove: true,
      },
      triggers: { version: wish.version },
    });
    return Promise.resolve({ id: result.imageId });
  });
  try {
    const first = await stack.up(upOptions);
    expect(docker("run", "--rm", "--label", `${testLabel}=${run}`, `${built}:also`, "cat", "/note")).toBe(
      "version 1\nhello",
    );
    expect(changesOf(await stack.up(refreshed))).toEqual({ same: 2 });
    wish.version = "2";
    const second = await stack.up(upOptions);
    expect(changesOf(second)).toEqual({ same: 1, replace: 1 });
    expect(second.outputs["id"]?.value).not.toBe(first.outputs["id"]?.value);
    expect(docker("image", "ls", "--quiet", `${built}:1`)).toBe("");
    wish.version = "3";
    wish.dockerfile += "RUN echo what went wrong; exit 4\n";
    const message = await failure(stack.up(upOptions));
    expect(message).toContain(`unable to build image ${built}:3`);
    expect(message).toContain("what went wrong");
    expect(message).toContain("returned a non-zero code: 4");
  } finally {
    await stack.destroy({ color: "never" });
    for (const tag of ["1", "2", "also"]) removeImage(`${built}:${tag}`);
    rmSync(context, { recursive: true });
  }
});

test("an engine is reached over ssh, and its complaints come through", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "odoo-fleet-ssh-"));
  const before = process.env["PATH"];
  // Stands for the OpenSSH client: joins its standard streams with the engine's socket, as `dial-stdio` does.
  const join =
    "const s = require('net').connect('/var/run/docker.sock'); process.stdin.pipe(s); s.pipe(process.stdout)";
  const refuse = 'case "$*" in *nowhere*) echo "Could not resolve hostname nowhere" >&2; exit 255;; esac';
  writeFileSync(path.join(folder, "ssh"), `#!/bin/sh\n${refuse}\nexec "${process.execPath}" -e "${join}"\n`, {
    mode: 0o755,
  });
  process.env["PATH"] = `${folder}:${before}`;
  try {
    const engine = connect({ host: "ssh://root@host", sshOpts: [] });
    expect(String(await engine.ping())).toBe("OK");
    const names = await Promise.all([1, 2, 3].map(async () => (await engine.getImage(image).inspect()).RepoTags));
    expect(names).toEqual([[image], [image], [image]]);
    const nowhere = connect({ host: "ssh://nowhere", sshOpts: [] });
    await expect(nowhere.ping()).rejects.toThrow("ssh failed: Could not resolve hostname nowhere");
  } finally {
    process.env["PATH"] = before;
    rmSync(folder, { recursive: true });
  }
});
