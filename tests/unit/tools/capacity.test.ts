import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { recordedMetrics as recorded } from "../../../monitoring/contract";
import { main } from "../../../tools/capacity";
import { ask } from "../../../tools/capacity/prometheus";
import type { CapacityReport } from "../../../tools/capacity/report";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-capacity-"));
const password = "onlyForThisTest";
let server: Server;
let url: string;
/** What Prometheus knows, by metric. */
const samples: Readonly<Record<string, readonly (readonly [Record<string, string>, number])[]>> = {
  [recorded.planMemoryUse]: [[{ plan: "starter" }, 0.5]],
  [recorded.tenantMemoryUse]: [[{ host: "local", tenant: "acme" }, 0.42]],
  [recorded.databaseBytes]: [[{ host: "local", tenant: "acme" }, 50 * 1024 * 1024]],
  [recorded.tenantsLeft]: [[{ host: "local", plan: "starter" }, 7]],
  [recorded.diskUse]: [
    [{ host: "local", mountpoint: "/", device: "/dev/a" }, 0.25],
    [{ host: "local", mountpoint: "/srv", device: "/dev/b" }, 0.75],
  ],
  [recorded.diskSecondsLeft]: [[{ host: "local", mountpoint: "/srv", device: "/dev/b" }, 36_000]],
};

beforeAll(async () => {
  server = createServer(({ headers, url: path }, response) => {
    const query = new URL(path!, "http://prometheus").searchParams.get("query")!;
    if (headers.authorization !== `Basic ${Buffer.from(`admin:${password}`).toString("base64")}`) {
      response.writeHead(401).end("Unauthorized");
    } else if (query === "bad") {
      response.writeHead(400).end(JSON.stringify({ status: "error", error: "no PromQL" }));
    } else {
      const result = (samples[query] ?? []).map(([metric, value]) => ({ metric, value: [1, `${value}`] }));
      response.end(JSON.stringify({ status: "success", data: { result } }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const printed = { out: "", err: "" };
beforeEach(() => {
  Object.assign(printed, { out: "", err: "" });
  jest.spyOn(process.stdout, "write").mockImplementation((text) => ((printed.out += text as string), true));
  jest.spyOn(console, "error").mockImplementation((text: string) => void (printed.err += `${text}\n`));
});
afterEach(() => jest.restoreAllMocks());

/** Runs the tool on a stack file with this configuration and these outputs. */
function run(config: Record<string, unknown>, outputs: object = {}, ...options: string[]): Promise<number> {
  const file = join(folder, "Pulumi.dev.yaml");
  const own = { hosts: { local: { memory: 4096, cpus: 8 } }, tenants: { acme: { slot: 1 } }, ...config };
  const keys = Object.entries(own).map(([key, value]) => [`odoo-fleet:${key}`, value]);
  writeFileSync(file, stringify({ config: Object.fromEntries(keys) as object }));
  const all = { monitoring: { local: { prometheus: url } }, monitoringPasswords: { local: password }, ...outputs };
  return main(["dev", "--config-file", file, ...options], () => Promise.resolve(all));
}

test("prints what is declared and what Prometheus measured, as tables", async () => {
  expect(await run({ monitoring: {} })).toBe(0);
  expect(printed.err).toBe("");
  expect(printed.out).toBe(`Promised to tenants in dev
  host   tenants  memory           CPUs    slots left
  local  1        960 of 4096 MiB  2 of 8  999

More tenants that fit, by what is declared
  host   plan        more tenants  limited by
  local  starter     3             memory
  local  basic       1             memory
  local  pro         0             memory
  local  enterprise  0             memory

More tenants that fit, by the hosts' real memory and CPUs
  host   plan     more tenants
  local  starter  7

Use of plans: the tenant that uses most
  plan     memory  CPU
  starter  50 %    -

Use by tenant
  host   tenant  memory  CPU  database  grows a day
  local  acme    42 %    -    50.0 MiB  -

Disks
  host   mounted at  used  full in
  local  /           25 %  not filling
  local  /srv        75 %  10.0 hours
`);
});

test("prints the same as JSON", async () => {
  await run({ monitoring: {} }, {}, "--format", "json");
  const { hosts, measured } = JSON.parse(printed.out) as CapacityReport;
  expect(hosts).toMatchObject([
    { host: "local", tenants: 1, memoryMiB: { used: 960, limit: 4096, left: 3136 }, slotsLeft: 999 },
  ]);
  expect(hosts[0]!.fits[0]).toEqual({ plan: "starter", tenants: 3, bottleneck: "memory" });
  expect(measured).toEqual({
    plans: [{ plan: "starter", memory: 0.5 }],
    tenants: [{ host: "local", tenant: "acme", memory: 0.42, databaseBytes: 52_428_800 }],
    fits: [{ host: "local", plan: "starter", tenants: 7 }],
    disks: [
      { host: "local", mountpoint: "/", used: 0.25 },
      { host: "local", mountpoint: "/srv", used: 0.75, fullInSeconds: 36_000 },
    ],
  });
});

describe("without measurements it prints the declaration alone", () => {
  afterEach(() => {
    expect(printed.out).toContain("960 of 4096 MiB");
    expect(printed.out).not.toContain("Disks");
    expect(printed.out + printed.err).not.toMatch(/onlyForThisTest|anotherPassword/);
  });

  test("and that is no error where nothing is watched", async () => {
    expect(await run({})).toBe(0);
    expect(printed.err).toContain("declares no odoo-fleet:monitoring");
  });

  test.each([
    ["the stack isn't up", { monitoring: undefined }, /the stack dev has no Prometheus yet: make up STACK=dev/],
    [
      "Prometheus doesn't answer",
      { monitoring: { local: { prometheus: "http://127.0.0.1:9" } } },
      /Prometheus at http:\/\/127\.0\.0\.1:9 doesn't answer: .+\. The figures below follow from the declaration alone/,
    ],
    ["the login is refused", { monitoringPasswords: { local: "anotherPassword" } }, /refuses the stack's login/],
  ])("with an error where %s", async (_, outputs, message) => {
    expect(await run({ monitoring: {} }, outputs)).toBe(1);
    expect(printed.err).toMatch(message);
  });
});

test("a question that Prometheus refuses says so", async () => {
  await expect(ask({ url, user: "admin", password }, "bad")).rejects.toThrow("answered 400: no PromQL");
});

test.each([[[]], [["dev"]], [["dev", "--config-file", "x", "--format", "xml"]]])("refuses %j", async (args) => {
  await expect(main(args, () => Promise.resolve({}))).rejects.toThrow("usage: capacity.ts");
});
