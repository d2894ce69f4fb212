import type { Suspended } from "../../../components/tenant/config/nginxAnswers";
import { renderNginxConf } from "../../../components/tenant/config/nginxConf";
import { edgeHeader, nginxEdgePort, nginxHealthPath, nginxPort, sleepHeader } from "../../../fleet/ports";
import { configFolder } from "../../../fleet/security";
import { additions, bases, hardened, ImageSandbox, readable, specs } from "../../support/customImages";

const sandbox = new ImageSandbox();
const base = bases();
const edgeSecret = "5ec4e7".repeat(6);
let image: string;

beforeAll(async () => {
  image = await sandbox.build(specs().nginx);
});
afterEach(() => sandbox.clean());
afterAll(() => sandbox.forgetImages());

/** What a container is made of that has the configuration of a plan with so many workers, and no Odoo behind it. */
async function tenant(workers: number, ...command: string[]): ReturnType<ImageSandbox["start"]> {
  return tenantOf({ workers }, ...command);
}

/** The same, which may be of a suspended tenant whose customer is called so. */
async function tenantOf(
  { workers, suspended }: { workers: number; suspended?: Suspended },
  ...command: string[]
): ReturnType<ImageSandbox["start"]> {
  const config = await sandbox.volume();
  const settings = renderNginxConf({
    tenant: "acme",
    odooAddress: "127.0.0.1",
    workers,
    uploadMiB: 64,
    requestSeconds: 600,
    cacheMiB: 32,
    edgeSecret,
    suspended,
  });
  await sandbox.fill(image, config, configFolder, { "nginx.conf": readable(settings) });
  return sandbox.start({
    image,
    options: [
      ...hardened("nginx"),
      "--network=none",
      "--stop-signal=SIGQUIT",
      "--entrypoint=nginx",
      "--tmpfs=/tmp:mode=1777",
      `--volume=${config}:${configFolder}`,
    ],
    command: ["-c", `${configFolder}/nginx.conf`, ...command],
  });
}

test("the image holds no secret and adds no environment variable", async () => {
  const { env, commands } = await additions(image, base.nginx);
  expect(env).toEqual([]);
  expect(commands).toContain("USER nginx");
  expect(commands).not.toMatch(/password|secret|token/i);
});

test.each([0, 2])("Nginx accepts the configuration of a plan with %i workers", async (workers) => {
  const container = await tenant(workers, "-t");
  const code = await container.ended();
  expect([code, await container.logs()]).toEqual([0, expect.stringContaining("test is successful")]);
  // Nothing to warn of either: a directive that a release will drop, a variable that nobody sets.
  expect(await container.logs()).not.toContain("[warn]");
});

const company = `L'Œil $host "d'or"`;

test("says of a suspended tenant that it is, to people in two languages and to programs", async () => {
  const container = await tenantOf({ workers: 0, suspended: { company, isWakeable: false } }, "-g", "daemon off;");
  const url = `http://127.0.0.1:${nginxPort}/web/login`;
  await container.until(`curl --fail --silent http://127.0.0.1:${nginxPort}${nginxHealthPath}`);
  const html = await container.exec("curl", "--silent", "--include", "--header", "Accept: text/html", url);
  expect(html).toMatch(/^HTTP\/1.1 503[^]*Retry-After: 3600[^]*<h1>L&#39;Œil &#36;host &#34;d&#39;or&#34;<\/h1>/);
  expect(html).toContain("est suspendu");
  const data = await container.exec("curl", "--silent", "--include", url);
  expect(data).toMatch(/^HTTP\/1.1 503[^]*text\/plain[^]*This Odoo is suspended/);
  expect(html + data).not.toContain(sleepHeader);
});

test("tells the edge of a tenant that it sleeps, whoever asks for what", async () => {
  const container = await tenantOf({ workers: 0, suspended: { company, isWakeable: true } }, "-g", "daemon off;");
  await container.until(`curl --fail --silent http://127.0.0.1:${nginxPort}${nginxHealthPath}`);
  const asked = [
    ["--header", "Accept: text/html", "/web/login"],
    ["--data", "a=b", "/web/login"],
    ["/websocket"],
    ["/web/assets/1/app.js"],
  ];
  for (const [path, ...options] of asked.map((one) => one.slice().reverse())) {
    const url = `http://127.0.0.1:${nginxEdgePort}${path}`;
    const known = ["--header", `${edgeHeader}: ${edgeSecret}`, ...options.reverse()];
    const answer = await container.exec("curl", "--silent", "--include", ...known, url);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 503[^]*\r\n${sleepHeader}: yes\r\n[^]*This Odoo sleeps`));
  }
});

test("serves the edge at a port of its own, with its word on the client, and nobody else there", async () => {
  const container = await tenant(0, "-g", "daemon off;");
  const url = `http://127.0.0.1:${nginxEdgePort}/web/login`;
  const ask = (...headers: string[]): Promise<string> =>
    container.exec(
      ...["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}"],
      ...headers.flatMap((header) => ["--header", header]),
      url,
    );
  await container.until(`curl --fail --silent http://127.0.0.1:${nginxPort}${nginxHealthPath}`);
  expect(await ask("X-Forwarded-For: 203.0.113.5")).toBe("403");
  expect(await ask("X-Forwarded-For: 203.0.113.5", `${edgeHeader}: guessed`)).toBe("403");
  // Without an Odoo behind it.
  expect(await ask("X-Forwarded-For: 203.0.113.5", `${edgeHeader}: ${edgeSecret}`)).toBe("503");
  const lines = (await container.logs()).split("\n").filter((line) => line.startsWith("{"));
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ client: "203.0.113.5", status: "503" });
  // At the tenant's own port nobody is believed.
  const own = `http://127.0.0.1:${nginxPort}/web/login`;
  await container.exec(
    "curl",
    "--silent",
    "--header",
    "X-Forwarded-For: 192.0.2.66",
    "--header",
    `${edgeHeader}: ${edgeSecret}`,
    own,
  );
  expect((await container.logs()).trim().split("\n").at(-1)).toContain('"client":"127.0.0.1"');
});

test("answers for itself, says that Odoo is starting, and logs requests as JSON without their query", async () => {
  const container = await tenant(2, "-g", "daemon off;");
  const url = `http://127.0.0.1:${nginxPort}`;
  expect(await container.until(`curl --fail --silent ${url}${nginxHealthPath}`)).toBe("ok");
  const starting = await container.exec("curl", "--silent", "--include", `${url}/web/login?token=hidden`);
  expect(starting).toMatch(/^HTTP\/1\.1 503 /);
  expect(starting).toMatch(/^Retry-After: 5\r?$/m);
  expect(starting).toMatch(/^X-Content-Type-Options: nosniff\r?$/m);
  expect(starting).toContain("Odoo is starting");
  expect(await container.exec("curl", "--silent", "--include", `${url}/web/database/manager`)).toMatch(
    /^HTTP\/1\.1 404 /,
  );

  const lines = (await container.logs()).split("\n").filter((line) => line.startsWith("{"));
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ tenant: "acme", method: "GET", status: "503" }),
    expect.objectContaining({ path: "/web/database/manager", status: "404" }),
  ]);
  expect(lines.join("\n")).not.toContain("hidden");
  expect(await container.stop()).toBe(0);
});
