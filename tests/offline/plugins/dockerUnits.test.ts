import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as tar from "tar-stream";
import { buildOptions, contextFiles } from "../../../offline/plugins/docker/build";
import { createOptions, volumeSpec } from "../../../offline/plugins/docker/containerSpec";
import { withoutFrames } from "../../../offline/plugins/docker/containerWaits";
import { formatDuration, parseDuration } from "../../../offline/plugins/docker/duration";
import { connect, engineMessage, sshArguments } from "../../../offline/plugins/docker/engine";
import { ignored } from "../../../offline/plugins/docker/ignoreFile";
import { repoDigest } from "../../../offline/plugins/docker/images";
import { archiveOf } from "../../../offline/plugins/docker/uploads";
import { Properties } from "../../../offline/plugins/framework/values";

test("the engine's create call gets every input in its own unit", () => {
  const options = createOptions({
    name: "db",
    image: "sha256:1",
    memory: 64,
    memorySwap: -1,
    shmSize: 32,
    cpus: "1.5",
    init: true,
    user: "70:70",
    envs: ["A=1"],
    stopTimeout: 60,
    restart: "on-failure",
    maxRetryCount: 3,
    readOnly: true,
    tmpfs: { "/tmp": "size=1m" },
    capabilities: { drops: ["ALL"], adds: ["CAP_CHOWN"] },
    ports: [{ internal: 80, external: 8080, ip: "127.0.0.1", protocol: "tcp" }],
    ulimits: [{ name: "nproc", soft: 1, hard: 2 }],
    healthcheck: { tests: ["CMD", "true"], interval: "1m30s", timeout: "500ms", startPeriod: "0s", retries: 3 },
    hosts: [{ host: "a", ip: "1.2.3.4" }],
    logDriver: "json-file",
    logOpts: { "max-size": "1m" },
    volumes: [{ volumeName: "v", containerPath: "/v", readOnly: true }],
  });
  expect(options).toMatchObject({
    name: "db",
    User: "70:70",
    Env: ["A=1"],
    StopTimeout: 60,
    ExposedPorts: { "80/tcp": {} },
    Healthcheck: { Test: ["CMD", "true"], Interval: 90e9, Timeout: 5e8, StartPeriod: 0, Retries: 3 },
    HostConfig: {
      Memory: 64 * 1024 * 1024,
      MemorySwap: -1,
      ShmSize: 32 * 1024 * 1024,
      NanoCpus: 1.5e9,
      Init: true,
      ReadonlyRootfs: true,
      RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
      Tmpfs: { "/tmp": "size=1m" },
      CapAdd: ["CAP_CHOWN"],
      CapDrop: ["ALL"],
      PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }] },
      Ulimits: [{ Name: "nproc", Soft: 1, Hard: 2 }],
      ExtraHosts: ["a:1.2.3.4"],
      LogConfig: { Type: "json-file", Config: { "max-size": "1m" } },
      Binds: ["v:/v:ro"],
    },
  });
  expect(() => volumeSpec([{ volumeName: "v" }])).toThrow("volume entry without container path or source container");
});

test.each([
  ["0s", 0],
  ["1m30s", 90e9],
  ["500ms", 5e8],
  ["1h0m5s", 3605e9],
  ["1.5s", 1.5e9],
])("duration %s", (text, nanoseconds) => {
  expect(parseDuration(text)).toBe(nanoseconds);
  expect(formatDuration(nanoseconds)).toBe(text);
});

test(".dockerignore follows Docker's rules", () => {
  const isIgnored = ignored("# comment\n*.log\n**/cache\nbuild/\n!build/keep\n/a?.txt\n");
  const files = [
    "x.log",
    "deep/x.log",
    "deep/cache",
    "deep/cache/f",
    "cache",
    "build/x",
    "build/keep",
    "a1.txt",
    "a12.txt",
  ];
  expect(files.filter(isIgnored)).toEqual(["x.log", "deep/cache", "deep/cache/f", "cache", "build/x", "a1.txt"]);
});

test("a build context always has its Dockerfile, and options go to the classic builder", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "odoo-fleet-context-"));
  try {
    mkdirSync(path.join(folder, "sub"));
    for (const file of ["Dockerfile.web", "sub/a", "secret.txt"]) writeFileSync(path.join(folder, file), "x");
    writeFileSync(path.join(folder, ".dockerignore"), "*\n!sub\n");
    expect(contextFiles(folder, "Dockerfile.web")).toEqual([".dockerignore", "Dockerfile.web", "sub", "sub/a"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(
    buildOptions("a:1", { buildArgs: { A: "1" }, target: "web", noCache: true, labels: { l: "v" } }),
  ).toMatchObject({
    version: "1",
    t: "a:1",
    dockerfile: "Dockerfile",
    buildargs: { A: "1" },
    labels: { l: "v" },
    target: "web",
    nocache: true,
    rm: true,
  });
});

test("an upload's archive has the mode and owner that were asked for", async () => {
  const headerOf = async (upload: Properties): Promise<tar.Headers & { body: string }> => {
    const extract = tar.extract();
    extract.end(await archiveOf(upload, "etc/app.conf"));
    for await (const entry of extract) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk);
      return { ...entry.header, body: Buffer.concat(chunks).toString() };
    }
    throw new Error("the archive is empty");
  };
  expect(
    await headerOf({ file: "/etc/app.conf", contentBase64: "aGk=", permissions: "0640", owner: "70", group: "71" }),
  ).toMatchObject({
    name: "etc/app.conf",
    mode: 0o640,
    uid: 70,
    gid: 71,
    body: "hi",
  });
  expect(await headerOf({ file: "/etc/app.conf", content: "é", executable: true })).toMatchObject({
    mode: 0o744,
    uid: 0,
    body: "é",
  });
  expect(await headerOf({ file: "/etc/app.conf", content: "x" })).toMatchObject({ mode: 0o644 });
  await expect(headerOf({ file: "/a", source: "/does/not/exist" })).rejects.toThrow(
    "could not read file /does/not/exist: ENOENT",
  );
});

test("reaches engines the Docker CLI's way and speaks with the daemon's words", () => {
  expect(sshArguments(new URL("ssh://root@host:2222"), ["-i", "key"]).join(" ")).toMatch(
    /-T -i key -l root -p 2222 -- host docker system dial-stdio$/,
  );
  expect(() => connect({ host: "npipe:////./pipe/docker", sshOpts: [] })).toThrow(
    "unable to parse docker host `npipe:////./pipe/docker`",
  );
  expect(
    engineMessage(Object.assign(new Error("(HTTP code 409)"), { statusCode: 409, json: { message: "Conflict." } })),
  ).toBe("Error response from daemon: Conflict.");
});

test("small helpers: log frames and digests", () => {
  const frame = (text: string): Buffer =>
    Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, text.length]), Buffer.from(text)]);
  expect(withoutFrames(Buffer.concat([frame("a\n"), frame("b")]))).toBe("a\nb");
  const image = { RepoDigests: ["other@sha256:1", "host:5000/app@sha256:2"] } as Parameters<typeof repoDigest>[1];
  expect(repoDigest("host:5000/app:1", image)).toBe("host:5000/app@sha256:2");
});
