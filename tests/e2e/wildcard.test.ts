import { X509Certificate } from "node:crypto";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import { Bind } from "../support/bind";
import { CliStack } from "../support/cliStack";
import { containerIds, engine, execIn, machineAddress } from "../support/engine";
import { eventually } from "../support/odooClient";
import { Pebble } from "../support/pebble";
import { broken, pack } from "../support/policyPack";

const domain = "wild.test";
const stack = new CliStack("wildcard", 228);
const [httpPort, port] = [18800, 18801];
let bind: Bind;
let pebble: Pebble;
const container = (name: string): string => `${stack.environment}-${name}`;
const judged = ["--policy-pack", pack, "--policy-pack-config", join(pack, "config", "dev.json")];
const acme = { slot: 630 };
/** Of the right length, and not the provider's. */
const wrong = Buffer.alloc(32, "no").toString("base64");

/** Declares tenants, behind an edge that proves its domain by that secret of the DNS provider. */
async function declare(tenants: object, secret: string): Promise<void> {
  stack.configure({
    tenants,
    edge: {
      ...{ domain, httpPort, httpsPort: port },
      acme: { directory: pebble.directory, root: pebble.root },
      wildcard: {
        provider: "rfc2136",
        resolvers: [bind.server],
        // Its authoritative server is one by no name that the world knows.
        credentials: { ...bind.credentials, LEGO_DNS_PROPAGATION_DISABLE_ANS: "true" },
      },
    },
  });
  const key = "odoo-fleet:edge.wildcard.credentials.RFC2136_TSIG_SECRET";
  expect(await stack.run("config", "set", "--secret", "--path", key, secret)).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  const address = await machineAddress();
  bind = new Bind(domain, address);
  await bind.start();
  pebble = new Pebble(address);
  await pebble.start({ validated: { http: httpPort, https: port }, validitySeconds: 86_400, dns: bind.server });
  await stack.init();
});

afterAll(async () => {
  await stack.dispose();
  await Promise.all([pebble.stop(), bind.stop()]);
});

/** The certificate that a handshake for a name shows. */
function certificateOf(name: string): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, servername: name, ca: pebble.issuer };
    const socket = connect(options, () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw));
      socket.destroy();
    }).on("error", reject);
  });
}

/**
 * The status of a name's login page. A connection that was closed before its request was read is no failure: a server that is told to end, as at a reload, reads none any
 * more, and clients ask again on another one.
 */
function ask(name: string, agent: Agent | false = false, isAgain = false): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { Host: `${name}:${port}` };
    const options = {
      host: "127.0.0.1",
      port,
      path: "/web/login",
      ca: pebble.issuer,
      servername: name,
      headers,
      agent,
    };
    const sent = request(options, (answer) => answer.resume().on("end", () => resolve(answer.statusCode!)));
    sent
      .on("error", (error: NodeJS.ErrnoException) =>
        !isAgain && error.code === "ECONNRESET" ? resolve(ask(name, false, true)) : reject(error),
      )
      .end();
  });
}

const serves = (name: string, names: string): Promise<unknown> =>
  eventually(
    () => certificateOf(name).then(({ subjectAltName }) => subjectAltName, String),
    (found) => found === names,
    60,
  );

/** Name of the volume that says where a tenant is. */
async function routeOf(tenant: string): Promise<string> {
  const { Volumes } = await engine.listVolumes({ filters: JSON.stringify({ name: [container(`${tenant}-route-`)] }) });
  return Volumes[0]!.Name;
}

/** What a container said. */
async function logOf(name: string): Promise<string> {
  return (await engine.getContainer(container(name)).logs({ stdout: true, stderr: true })).toString();
}

it("with a key that the provider refuses, a tenant has a certificate of its own, and the run says where to look", async () => {
  await declare({ acme }, wrong);
  const { code, output } = await stack.up();
  expect(code).not.toBe(0);
  expect(output).toContain("odoo-fleet:edge.wildcard");
  expect(output).toContain(`docker logs ${container("edge-wildcard")}`);
  expect(output).not.toContain(wrong);
  await serves("acme.wild.test", "DNS:acme.wild.test");
  expect(await ask("acme.wild.test")).toBe(200);
  const { State } = (await engine.getContainer(container("edge-wildcard")).inspect()) as {
    State: { Health: { Status: string; Log: { Output: string }[] } };
  };
  expect(State.Health.Status).toBe("unhealthy");
  expect(State.Health.Log.at(-1)!.Output).toMatch(/odoo-fleet:edge.wildcard: .*bad authentication/);
  expect(await logOf("edge-wildcard")).not.toContain(wrong);
});

it("with the right key, all names below the domain have the one certificate, and none is ordered for a new one", async () => {
  const { [container("edge")]: edge } = await containerIds(stack.environment);
  await declare({ acme }, bind.secret);
  const output = await stack.mustUp(...judged);
  expect([...broken(output, "advisory")]).toEqual([]);
  await serves("acme.wild.test", "DNS:*.wild.test");
  // As the stack of a tenant does that comes; what answers there knows the edge by another secret, and so refuses.
  const { Labels } = await engine.getVolume(await routeOf("acme")).inspect();
  const route = Labels["odoo-fleet.route"]!.replaceAll("acme", "globex");
  const volume = container("globex-route");
  await engine.createVolume({ Name: volume, Labels: { ...Labels, "odoo-fleet.route": route } });
  try {
    await eventually(
      () => ask("globex.wild.test").catch(() => undefined),
      (status) => status === 403,
      20,
    );
    await serves("globex.wild.test", "DNS:*.wild.test");
  } finally {
    await engine.getVolume(volume).remove();
  }
  expect(pebble.output).toContain('Value:"wild.test"');
  expect(pebble.output).toContain('Value:"acme.wild.test"');
  expect(pebble.output).not.toContain("globex");
  expect((await containerIds(stack.environment))[container("edge")]).toBe(edge);
});

it("has the provider's credentials where nothing but lego reads them", async () => {
  for (const name of ["edge", "edge-wildcard"]) {
    expect(JSON.stringify(await engine.getContainer(container(name)).inspect())).not.toContain(bind.secret);
  }
  const read = (name: string): Promise<{ code: number; output: string }> =>
    execIn(container(name), ["sh", "-c", "cat /etc/odoo-fleet/*"]);
  expect((await read("edge-wildcard")).output).toContain(bind.secret);
  expect((await read("edge")).output).not.toContain(bind.secret);
  expect((await execIn(container("edge"), ["touch", "/wildcard/x"])).code).not.toBe(0);
});

it("is renewed, and left when it is about to end, while tenants are served: no request fails", async () => {
  const before = (await certificateOf("acme.wild.test")).serialNumber;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let isOver = false;
  const asked: Promise<number[]>[] = [agent, false as const].map(async (one) => {
    const statuses: number[] = [];
    while (!isOver) {
      statuses.push(await ask("acme.wild.test", one));
    }
    return statuses;
  });
  try {
    const ended =
      "cd /tmp && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -not_before 20200101000000Z " +
      "-not_after 20200201000000Z -subj /CN=ended -addext subjectAltName=DNS:*.wild.test -keyout key.pem -out crt.pem && cat crt.pem key.pem >/wildcard/edge.pem";
    expect(await execIn(container("edge-wildcard"), ["sh", "-c", ended])).toMatchObject({ code: 0 });
    await serves("acme.wild.test", "DNS:acme.wild.test");
    expect(await execIn(container("edge-wildcard"), ["odoo-fleet-wildcard", "renew"])).toMatchObject({ code: 0 });
    await serves("acme.wild.test", "DNS:*.wild.test");
    await eventually(
      () => certificateOf("acme.wild.test"),
      ({ serialNumber }) => serialNumber !== before,
      30,
    );
  } finally {
    isOver = true;
  }
  const statuses = (await Promise.all(asked)).flat();
  agent.destroy();
  expect(statuses.length).toBeGreaterThan(10);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  // Nothing differs from what is declared, also against the engine.
  expect(await stack.mustUp("--refresh")).toMatch(/Resources:\n +\d+ unchanged\n/);
});
