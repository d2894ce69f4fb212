/** What a tool builds while a tenant serves, the program's own build finds done. */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { buildImage } from "../../components/host/buildImages";
import { resolveFleet } from "../../fleet";
import { buildImage as buildAsProvider } from "../../offline/plugins/docker/build";
import { baseImages } from "../support/imagesSandbox";

const engine = new Docker();
const host = resolveFleet({ hosts: { local: {} }, tenants: {} }, "test").hosts["local"]!;
const name = `test-built-once:${process.pid}`;
const context = mkdtempSync(join(tmpdir(), "odoo-fleet-built-once-"));

const idOf = async (): Promise<string> => (await engine.getImage(name).inspect()).Id;

afterAll(async () => {
  rmSync(context, { recursive: true });
  await engine.getImage(name).remove({ force: true });
});

test("an image that a tool has built isn't built again by the provider", async () => {
  mkdirSync(join(context, "bin", "deep"), { recursive: true });
  // Another one at each run, which no earlier run can have built.
  writeFileSync(join(context, "bin", "deep", "own"), randomBytes(8).toString("hex"));
  writeFileSync(join(context, "bin", "start"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(context, "Dockerfile"), "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY bin/ /opt/own/\n");
  const buildArgs = { BASE_IMAGE: baseImages().nginx };
  await buildImage(engine, host, { name, context, buildArgs });
  const built = await idOf();
  const operation = { name, signal: new AbortController().signal, progress: () => undefined, log: () => undefined };
  await buildAsProvider(engine, name, { context, dockerfile: "Dockerfile", buildArgs }, operation);
  expect(await idOf()).toBe(built);
});
