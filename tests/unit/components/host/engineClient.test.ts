import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { endpointOf, engineClient } from "../../../../components/host/engineClient";
import { EngineUnreachableError, readHostFacts } from "../../../../components/run/preflight/hostFacts";
import { preflight } from "../../../../components/run/preflight";
import { resolveFleet } from "../../../../fleet";

const keys = { hostKeys: [], identityFile: undefined };
const info = JSON.stringify({ DockerRootDir: "/var/lib/docker", NCPU: 2 });
const answer = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${info.length}\r\n\r\n${info}`;

let folder: string;
let socket: string;
let server: Server | undefined;
let open = new Set<Socket>();

/** An engine that takes every connection, and answers what it is told to and nothing else. */
function listen(answers: (request: string) => string | undefined): Promise<void> {
  open = new Set();
  server = createServer((connection) => {
    open.add(connection);
    connection.on("error", () => undefined).on("close", () => open.delete(connection));
    connection.on("data", (data) => {
      const said = answers(data.toString());
      if (said !== undefined) {
        connection.write(said);
      }
    });
  });
  const started = server;
  return new Promise((done) => started.listen(socket, done));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "odoo-fleet-engine-"));
  socket = join(folder, "docker.sock");
});
afterEach(() => {
  open.forEach((connection) => connection.destroy());
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

it("gives up on an engine that takes the request and never answers, and closes the connection", async () => {
  await listen(() => undefined);
  const engine = engineClient({ ...keys, docker: `unix://${socket}` }, 0.2);
  await expect(engine.info()).rejects.toThrow("it accepted the request GET /info but didn't answer within 0.2 s");
  await new Promise((done) => setImmediate(done));
  expect([...open].every((connection) => connection.destroyed || connection.readableEnded)).toBe(true);
});

it("gives up on an answer that never ends, though its bytes keep coming", async () => {
  await listen(() => "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
  const drip = setInterval(() => open.forEach((connection) => connection.write(" ")), 50);
  try {
    const engine = engineClient({ ...keys, docker: `unix://${socket}` }, 0.4);
    await expect(engine.info()).rejects.toThrow("didn't answer within 0.4 s");
  } finally {
    clearInterval(drip);
  }
});

it("ends `ssh` of an engine that hangs behind it", async () => {
  // In the place of ssh: says which options it got and which process it is, takes everything and says nothing.
  const fake = join(folder, "ssh");
  writeFileSync(fake, `#!/bin/sh\necho "$*" >${folder}/options\necho $$ >${folder}/pid\nexec cat >/dev/null\n`);
  chmodSync(fake, 0o755);
  // In a process of its own: what a test sets in its environment doesn't reach the programs that it starts.
  const program = `require("./components/host/engineClient")
    .engineClient({ hostKeys: [], docker: "ssh://root@host.invalid" }, 1).info().catch((error) => console.log(error.message));`;
  const said = execFileSync(process.execPath, ["--import", require.resolve("tsx"), "-e", program], {
    cwd: resolve(__dirname, "../../../.."),
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "", PATH: `${folder}${delimiter}${process.env["PATH"]}` },
  });
  expect(said).toContain("it accepted the request GET /info but didn't answer within 1 s");
  expect(readFileSync(join(folder, "options"), "utf8")).toContain("ServerAliveInterval=15 -o ServerAliveCountMax=3");
  const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
  const gone = async (): Promise<boolean> => {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      try {
        process.kill(pid, 0);
      } catch {
        return true;
      }
      await new Promise((done) => setTimeout(done, 20));
    }
    return false;
  };
  expect(await gone()).toBe(true);
});

it("a host whose engine hangs in a later question doesn't answer either", async () => {
  await listen((request) => (request.startsWith("GET /info") ? answer : undefined));
  const { hosts } = resolveFleet({ hosts: { local: { docker: `unix://${socket}` } } }, "dev");
  const facts = readHostFacts(hosts["local"]!, [], 0.3);
  await expect(facts).rejects.toBeInstanceOf(EngineUnreachableError);
  await expect(facts).rejects.toThrow(/docker\.sock doesn't answer: .* GET \/(containers\/json|networks)/);
});

it("the preflight names host, request and way out", async () => {
  await listen(() => undefined);
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
  try {
    const fleet = resolveFleet(
      { hosts: { local: { docker: `unix://${socket}` } }, tenants: { acme: { slot: 1 } } },
      "dev",
    );
    const result = preflight(fleet).catch((error: Error) => error.message);
    while (open.size === 0) {
      await new Promise((done) => setImmediate(done));
    }
    await jest.advanceTimersByTimeAsync(30_000);
    const message = await result;
    expect(message).toContain("odoo-fleet:hosts.local.docker");
    expect(message).toContain("it accepted the request GET /info but didn't answer within 30 s");
    expect(message).toContain("restart it if it hangs");
  } finally {
    jest.useRealTimers();
  }
});

describe("the endpoint of an engine", () => {
  const before = process.env["DOCKER_HOST"];
  afterEach(() => {
    if (before === undefined) {
      delete process.env["DOCKER_HOST"];
    } else {
      process.env["DOCKER_HOST"] = before;
    }
  });

  it("is the declared one, then DOCKER_HOST's, then this machine's own: never none", () => {
    process.env["DOCKER_HOST"] = "unix:///of/environment.sock";
    expect(endpointOf({ docker: "ssh://root@odoo-1" })).toBe("ssh://root@odoo-1");
    expect(endpointOf({})).toBe("unix:///of/environment.sock");
    process.env["DOCKER_HOST"] = "";
    expect(endpointOf({})).toMatch(/^unix:\/\/\/.*docker\.sock$/);
  });

  it("counts for the client as well", async () => {
    await listen(() => answer);
    process.env["DOCKER_HOST"] = `unix://${socket}`;
    expect(await engineClient(keys).info()).toMatchObject({ NCPU: 2 });
  });

  it("keeps a named pipe's path as it is", () => {
    const { modem } = engineClient({ ...keys, docker: "npipe:////./pipe/docker_engine" });
    expect(modem).toMatchObject({ socketPath: "\\\\.\\pipe\\docker_engine" });
  });
});

it("doesn't call an image missing that the engine failed to look up", async () => {
  const failure = '{"message":"it broke"}';
  const list = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]";
  await listen((request) =>
    request.includes("/info")
      ? answer
      : request.includes("/images/")
        ? `HTTP/1.1 500 Error\r\nContent-Type: application/json\r\nContent-Length: ${failure.length}\r\n\r\n${failure}`
        : list,
  );
  const host = resolveFleet({ hosts: { one: { docker: `unix://${socket}` } }, tenants: {} }, "dev").hosts["one"]!;
  await expect(readHostFacts(host, ["odoo:19.0"], 2)).rejects.toThrow(EngineUnreachableError);
});
