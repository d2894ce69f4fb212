import { nginxTempPaths } from "../../../components/container/nginxTemp";
import { renderNginxConf } from "../../../components/tenant/config/nginxConf";
import { builtInPlans, solveSizing } from "../../../fleet";
import { nginxHealthPath, nginxPort } from "../../../fleet/ports";
import { configFolder } from "../../../fleet/security";
import { hardened, ImageSandbox, readable, specs } from "../../support/customImages";
import type { Container } from "../../support/imagesSandbox";

/** Plays Odoo: answers that say what arrived, and that carry the headers of Odoo's own pages. */
const application = `worker_processes 1;
pid /tmp/application.pid;
error_log /dev/stderr crit;
events { worker_connections 256; }
http {
  access_log off;
  client_max_body_size 0;
${nginxTempPaths("/tmp")}
  server {
    listen 8069;
    root /tmp/files;
    add_header X-Method $request_method always;
    add_header X-Seen-Host $http_host always;
    add_header X-Seen-Forwarded "$http_x_forwarded_host $http_x_forwarded_for $http_x_forwarded_proto" always;
    add_header X-Seen-Database "<$http_x_odoo_database>" always;
    location / { return 200 "$request_method\n"; }
    # What is sent is read to its end, and its length told.
    location /upload { proxy_pass http://127.0.0.1:8070; proxy_request_buffering off; }
    location /big.bin { }
    location /odoo { add_header X-Frame-Options DENY; return 200 "client\n"; }
    location /web/login { add_header X-Frame-Options SAMEORIGIN; add_header X-Content-Type-Options other; return 200 "login\n"; }
    location /slides/embed_external { add_header Referrer-Policy no-referrer; return 200 "slide\n"; }
    location /web/assets/1/kept { add_header Cache-Control "public, max-age=31536000, immutable"; return 200 "$request_id\n"; }
    location /web/assets/debug { add_header Cache-Control no-cache; return 200 "$request_id\n"; }
    location /shop/static/private { add_header Cache-Control "private, max-age=86400"; return 200 "$request_id\n"; }
    location /shop/static/short { add_header Cache-Control "public, max-age=5"; return 200 "$request_id\n"; }
    location /shop/static/silent { return 200 "$request_id\n"; }
    location /shop/static/cookie { add_header Cache-Control "max-age=86400"; add_header Set-Cookie "session_id=mine"; return 200 "$request_id\n"; }
    location /unavailable { return 503 "by the application\n"; }
  }
  server {
    listen 127.0.0.1:8070;
    location / { proxy_pass http://127.0.0.1:8071; }
  }
  server {
    listen 127.0.0.1:8071;
    location / { add_header X-Length $content_length; return 200 "taken\n"; }
  }
}
`;

const sizing = solveSizing(builtInPlans["starter"]!);
if (!sizing.ok) {
  throw new Error("the plan starter can't be solved");
}
const { nginx } = sizing.sizing;
const sandbox = new ImageSandbox();
const url = `http://127.0.0.1:${nginxPort}`;
let odoo: Container;
/** Where the clients run: what they need doesn't count as Nginx's memory. */
let client: Container;

beforeAll(async () => {
  const image = await sandbox.build(specs().nginx);
  /** A container of the image with this configuration, as the program closes it. */
  const start = async (conf: string, network: string, ...options: string[]): Promise<Container> => {
    const config = await sandbox.volume();
    await sandbox.fill(image, config, configFolder, { "nginx.conf": readable(conf) });
    return sandbox.start({
      image,
      options: [
        ...hardened("nginx"),
        `--network=${network}`,
        "--entrypoint=nginx",
        `--volume=${config}:${configFolder}`,
        ...options,
      ],
      command: ["-c", `${configFolder}/nginx.conf`, "-g", "daemon off;"],
    });
  };
  odoo = await start(application, "none", "--tmpfs=/tmp:mode=1777");
  const settings = { tenant: "acme", odooAddress: "127.0.0.1", workers: 0, requestSeconds: 600, ...nginx };
  const limits = [`--memory=${nginx.memoryMiB}m`, `--memory-swap=${nginx.memoryMiB}m`];
  await start(renderNginxConf(settings), `container:${odoo.id}`, "--tmpfs=/tmp:mode=1777,size=1m", ...limits);
  client = await sandbox.start({
    image,
    options: [`--network=container:${odoo.id}`, "--entrypoint=sleep", "--user=root"],
    command: ["infinity"],
  });
  await client.until(`curl --fail --silent ${url}${nginxHealthPath}`);
  await odoo.shell("mkdir /tmp/files && head -c 100000000 /dev/urandom >/tmp/files/big.bin");
});
afterAll(async () => {
  await sandbox.clean();
  await sandbox.forgetImages();
});

/** What curl gets, with its headers. */
const curl = (path: string, ...options: string[]): Promise<string> =>
  client.exec("curl", "--silent", "--include", ...options, url + path);
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1]);
const header = (answer: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*?)\r?$`, "im").exec(answer.split("\r\n\r\n")[0]!)?.[1];

/** Sorted statuses of the same call, several times at once, by one curl. */
async function atOnce(times: number, path: string, ...options: string[]): Promise<string[]> {
  const parallel = ["--parallel", "--parallel-immediate", "--parallel-max", String(times), "--path-as-is"];
  const shown = ["--silent", "--output", "/dev/null", "--write-out", "%{http_code}\n"];
  const seen = await client.exec("curl", ...parallel, ...shown, ...options, `${url}${path}?[1-${times}]`);
  return seen.split("\n").sort();
}

test("hands on who asks for what, and nothing that a client made up about itself", async () => {
  const made = [
    "X-Forwarded-For: 1.2.3.4",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: evil.test",
    "X-Odoo-Database: other",
  ];
  const answer = await curl("/", "--header", "Host: Acme.test:20010", ...made.flatMap((one) => ["--header", one]));
  expect(header(answer, "X-Seen-Host")).toBe("acme.test:20010");
  expect(header(answer, "X-Seen-Forwarded")).toBe("acme.test:20010 127.0.0.1 http");
  expect(header(answer, "X-Seen-Database")).toBe("<>");
  // A host that is no host, and one that contradicts the request line.
  expect(statusOf(await curl("/", "--header", "Host: acme.test/<script>"))).toBe(400);
  expect(
    header(await curl("/", "--request-target", "http://acme.test/", "--header", "Host: evil.test"), "X-Seen-Host"),
  ).toBe("acme.test");
});

test("adds a header only where the application says nothing, and changes none", async () => {
  const shown = async (path: string): Promise<(string | undefined)[]> => {
    const answer = await curl(path);
    return ["X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy"].map((name) => header(answer, name));
  };
  const common = "strict-origin-when-cross-origin";
  expect(await shown("/odoo")).toEqual(["DENY", "nosniff", common]);
  expect(await shown("/web/login")).toEqual(["SAMEORIGIN", "other", common]);
  expect(await shown("/slides/embed_external/1")).toEqual([undefined, "nosniff", "no-referrer"]);
  for (const path of ["/odoo", "/web/login"]) {
    expect((await curl(path)).match(/^X-(Frame|Content-Type)-Options:/gim)).toHaveLength(2);
  }
});

test("says no more and no less than the application beside its own headers", async () => {
  const names = (answer: string): string[] =>
    [...answer.split("\r\n\r\n")[0]!.matchAll(/^([\w-]+): /gm)].map(([, name]) => name!.toLowerCase());
  for (const path of ["/odoo", "/slides/embed_external/1", "/web/assets/1/kept"]) {
    const direct = names(await client.exec("curl", "--silent", "--include", `http://127.0.0.1:8069${path}`));
    const through = names(await curl(path));
    const own = ["x-content-type-options", "referrer-policy", "permissions-policy"];
    expect(new Set([...through, ...own])).toEqual(new Set([...direct, ...own]));
    expect(new Set(through).size).toBe(through.length);
  }
});

test.each([
  ["/web/assets/1/kept", true],
  ["/web/assets/debug/x.js", false],
  ["/shop/static/private", false],
  ["/shop/static/short", false],
  ["/shop/static/silent", false],
  ["/shop/static/cookie", false],
])("keeps what the application lets it keep: %s %s", async (path, kept) => {
  const body = async (): Promise<string> => (await curl(path)).split("\r\n\r\n")[1]!;
  const [first, second] = [await body(), await body()];
  expect(first).toMatch(/^[0-9a-f]{32}/);
  expect(second === first).toBe(kept);
});

describe("passwords", () => {
  const statuses = (path: string, times: number, method = "POST"): Promise<string[]> =>
    atOnce(times, path, "--request", method);
  // The limit forgets an attempt in two seconds; each case finds what the one before left.
  test.each([
    "/web/login",
    "/web/login/",
    "//web//login",
    "/web/%6Cogin",
    "/web/x/../login",
    "/fr/web/login",
    "/fr_BE/web/login/",
    "/sr@latin/web/login",
    "/web/login/totp",
    "/web/reset_password",
    "/fr/web/signup",
    "/web/session/authenticate",
    "/xmlrpc/common",
    "/xmlrpc/2/common",
    "/xmlrpc/2/db",
    "/base_import_module/login_upload",
  ])("an attempt at %s is counted", async (path) => {
    const seen = await statuses(path, 12);
    expect(seen).toContain("429");
  });

  test("a GET that carries a login is counted, one that opens the page isn't", async () => {
    expect(await statuses("/web/session/authenticate", 15, "GET")).toContain("429");
    expect(new Set(await statuses("/web/login", 15, "GET"))).toEqual(new Set(["200"]));
  });

  test.each(["/jsonrpc", "/xmlrpc/2/object", "/xmlrpc/object", "/json/2/res.partner/read", "/fr/jsonrpc"])(
    "%s is counted by a limit of its own, which a program that asks one after the other never meets",
    async (path) => {
      expect(await statuses(path, 40)).toContain("429");
      const script = `for i in $(seq 15); do curl --silent --output /dev/null --write-out '%{http_code}\\n' --data x '${url}${path}'; done`;
      expect(new Set((await client.shell(`sleep 3; ${script}`)).split("\n"))).toEqual(new Set(["200"]));
    },
  );

  test("other calls aren't limited, and the refusal can be read", async () => {
    expect(new Set(await statuses("/web/dataset/call_kw", 60))).toEqual(new Set(["200"]));
    await statuses("/web/login", 12);
    const page = await curl("/web/login", "--request", "POST", "--header", "Accept: text/html,*/*");
    expect([statusOf(page), header(page, "Content-Type")]).toEqual([429, "text/html; charset=utf-8"]);
    expect(page).toContain("Please wait a minute");
    const data = await curl("/web/session/authenticate", "--request", "POST");
    expect(JSON.parse(data.split("\r\n\r\n")[1]!)).toMatchObject({ error: { code: 429 } });
  });
});

describe("large bodies", () => {
  const upload = (megabytes: number, ...options: string[]): string =>
    `head -c ${megabytes * 1_000_000} /dev/zero | curl --data-binary @- --header Expect: ${options.join(" ")} ${url}/upload`;

  test("two uploads at the plan's limit pass at once, with the memory that the plan gives", async () => {
    await client.shell("head -c 60000000 /dev/zero >/dev/shm/one");
    const seen = await atOnce(2, "/upload", "--data-binary", "@/dev/shm/one", "--header", "Expect:");
    expect(seen).toEqual(["200", "200"]);
    await client.shell("rm /dev/shm/one");
  });

  test("one too many is told to come back, slow clients keep nobody from small requests", async () => {
    await client.shell("head -c 2000000 /dev/zero >/dev/shm/slow");
    const slow = `curl --data-binary @/dev/shm/slow --header Expect: --limit-rate 400k ${url}/upload`;
    const seen = await atOnce(
      6,
      "/upload",
      "--limit-rate",
      "400k",
      "--data-binary",
      "@/dev/shm/slow",
      "--header",
      "Expect:",
    );
    expect(seen).toEqual(["200", "200", "200", "200", "503", "503"]);
    // All four uploads go on until the test has seen what it waits for, however slow the machine is.
    await client.shell("touch /dev/shm/busy");
    const busy = client.shell(
      `for i in 1 2 3 4; do while test -e /dev/shm/busy; do ${slow} --silent || exit; done & done; wait`,
    );
    const answer = await client.until(
      `curl --silent --include --data-binary @/dev/shm/slow --header Expect: ${url}/upload | grep -a 'Several large uploads'`,
    );
    expect(JSON.parse(answer)).toMatchObject({ error: { code: 503 } });
    expect(statusOf(await curl("/web/dataset/call_kw", "--data", "x"))).toBe(200);
    await client.shell("rm /dev/shm/busy");
    await busy;
    expect(await client.shell(`${slow} --silent`)).toBe("taken");
  });

  test("one that is too large gets an answer that a person, and Odoo's web client, can read", async () => {
    const page = await client.shell(`${upload(70, "--silent", "--include", "--header 'Accept: text/html'")}`);
    expect([statusOf(page), header(page, "Content-Type")]).toEqual([413, "text/html; charset=utf-8"]);
    expect(page).toContain("larger than the 64 MB");
    // Whatever it is called, and also when its length isn't said beforehand.
    for (const option of ["", "--header 'Transfer-Encoding: chunked'"]) {
      const data = await client.shell(
        `head -c 70000000 /dev/zero | curl --silent --include --data-binary @- --header Expect: ${option} ${url}/upload/photo.png`,
      );
      expect([statusOf(data), header(data, "Content-Type")]).toEqual([413, "application/json; charset=utf-8"]);
      expect(JSON.parse(data.split("\r\n\r\n")[1]!)).toMatchObject({
        error: { data: { name: "odoo.exceptions.UserError" } },
      });
    }
  });

  test("downloads reach slow clients whole, several at once, while the application is done with them", async () => {
    const sum = await odoo.shell("sha1sum </tmp/files/big.bin");
    const one = `curl --silent --limit-rate 20M ${url}/big.bin | sha1sum`;
    const seen = await client.shell(`for i in 1 2 3; do ${one} & done; wait`);
    expect(seen.split("\n")).toEqual([sum, sum, sum]);
  });

  test("HEAD and Range are as without Nginx", async () => {
    const head = await curl("/big.bin", "--head");
    expect([statusOf(head), header(head, "Content-Length"), header(head, "Accept-Ranges")]).toEqual([
      200,
      "100000000",
      "bytes",
    ]);
    const part = await client.exec(
      "curl",
      "--silent",
      "--head",
      "--request",
      "GET",
      "--range",
      "10-19",
      `${url}/big.bin`,
    );
    expect([statusOf(part), header(part, "Content-Range"), header(part, "Content-Length")]).toEqual([
      206,
      "bytes 10-19/100000000",
      "10",
    ]);
  });
});

test("what the application itself refuses isn't reworded", async () => {
  const answer = await curl("/unavailable");
  expect([statusOf(answer), answer.split("\r\n\r\n")[1]]).toEqual([503, "by the application"]);
});

test("every method gets the application's answer, and while that is away a 503 of its own kind", async () => {
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];
  const all = async (): Promise<(string | number | undefined)[][]> =>
    Promise.all(
      methods.map(async (method) => {
        const body = ["POST", "PUT", "PATCH"].includes(method) ? ["--data", "x"] : [];
        const answer = await curl("/web/image/logo.png", "--request", method, ...body);
        return [method, statusOf(answer), header(answer, "X-Method"), header(answer, "Retry-After")];
      }),
    );
  expect(await all()).toEqual(methods.map((method) => [method, 200, method, undefined]));
  await odoo.stop();
  expect(await all()).toEqual(methods.map((method) => [method, 503, undefined, "5"]));
  expect(statusOf(await curl("/web/image/logo.png", "--head"))).toBe(503);
  expect(header(await curl("/odoo", "--header", "Accept: text/html"), "Content-Type")).toBe("text/html; charset=utf-8");
  // What Odoo's web client can't parse is a lost connection to it, and it waits until that is back.
  const data = await curl("/web/dataset/call_kw", "--data", "{}", "--header", "Content-Type: application/json");
  expect(header(data, "Content-Type")).toBe("text/plain; charset=utf-8");
});
