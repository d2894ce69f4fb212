import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDataFacts } from "../../../../../components/run/preflight/dataFacts";
import type { DataVolumeKind } from "../../../../../components/run/stackState";
import { resolveFleet } from "../../../../../fleet";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-facts-"));
const socket = join(folder, "engine.sock");
/** Names of the volumes that the engine has, and what the labels of some say. */
let volumes: readonly string[] = [];
let labels: Readonly<Record<string, object>> = {};
let containers: readonly object[] = [];
const labelled = (data: object): object => ({ "odoo-fleet.data": JSON.stringify(data) });
const engine = createServer(({ url = "" }, answer) => {
  const found = /\/volumes/.test(url)
    ? { Volumes: volumes.map((Name) => ({ Name, Labels: labelled(labels[Name] ?? {}) })) }
    : /\/containers/.test(url)
      ? containers
      : [];
  answer.setHeader("content-type", "application/json").end(JSON.stringify(found));
});
const declared = { hosts: { local: { docker: `unix://${socket}` } }, tenants: { acme: { slot: 0 } } };
const { hosts, tenants } = resolveFleet(declared, "dev");
const [database, filestore] = ["dev-acme-database", "dev-acme-filestore"];

beforeAll(() => new Promise<void>((resolve) => void engine.listen(socket, resolve)));
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

/** What is missing, where a stack has made volumes of these kinds; undefined: the tenant has no data. */
async function missing(...made: DataVolumeKind[]): Promise<readonly string[] | undefined> {
  const state = { data: new Map(), madeVolumes: new Map([["acme", new Set(made)]]) };
  const facts = await readDataFacts(hosts["local"]!, "dev", [tenants["acme"]!], state);
  return facts.has("acme") ? (facts.get("acme")!.missing ?? []) : undefined;
}

test("a volume is missing where the stack has made it, and not where a run was interrupted before that", async () => {
  volumes = [];
  expect(await missing()).toBeUndefined();
  expect(await missing("database", "filestore")).toEqual([database, filestore]);
  expect(await missing("filestore")).toEqual([filestore]);
  volumes = [database];
  expect(await missing("database")).toEqual([]);
  expect(await missing("database", "filestore")).toEqual([filestore]);
  volumes = [filestore];
  expect(await missing("filestore")).toBeUndefined();
  expect(await missing("database", "filestore")).toEqual([database]);
  volumes = [database, filestore];
  expect(await missing("database", "filestore")).toEqual([]);
});

test("of which release and major the data is, its volumes say, and a container on them the rest; one on others isn't asked", async () => {
  volumes = [database, filestore];
  labels = { [database]: { postgres: 17 }, [filestore]: { odoo: "18.0" } };
  const odoo = (volume: string): object => ({
    Names: ["/dev-acme-odoo"],
    Mounts: [{ Type: "volume", Name: volume }],
    Labels: labelled({ odoo: "19.0", modules: ["crm"], company: "Acme" }),
    ImageID: "sha256:1",
  });
  const last = async (): Promise<object> =>
    (await readDataFacts(hosts["local"]!, "dev", [tenants["acme"]!])).get("acme")!.last;
  containers = [odoo(filestore)];
  expect(await last()).toEqual({ postgres: 17, odoo: "18.0", modules: ["crm"], company: "Acme" });
  containers = [odoo("dev-acme-filestore-1")];
  expect(await last()).toEqual({ postgres: 17, odoo: "18.0" });
});
