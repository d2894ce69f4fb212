import { statSync } from "node:fs";
import { join } from "node:path";
import { progressFile } from "../../components/host/bootstrapProgress";
import { changesVariable, makeChangedProgram } from "../support/changedProgram";
import { CliStack } from "../support/cliStack";
import type { CliResult } from "../support/group";
import { TestHosts, type TestHost } from "../support/hosts";
import { loadBaseImages } from "../support/hosts/engineImages";
import { hostConfig } from "../support/hosts/fleet";
import { TestRegistry } from "../support/hosts/registry";
import { eventually, statusOf } from "../support/odooClient";
import { broken, pack } from "../support/policyPack";

// Three bare servers become hosts in one `up`: minutes on a quiet machine, and more than the usual ten beside other tests.
jest.setTimeout(1_500_000);

const stack = new CliStack("hosts3-fleet", 155);
const machines = new TestHosts("test-hosts3-fleet", "10.150.0");
const settings = "/etc/docker/daemon.json";
let registry: TestRegistry;
let one: TestHost;
let two: TestHost;
let three: TestHost;
/** The engine's settings that every machine has from the start: it pulls from the test's registry. */
let valid: string;

/** Whether Ansible opens one more port: a change of every host. */
let isScraped = false;
const acme = { host: "odoo-1", slot: 1 };
const globex = { host: "odoo-2", slot: 1, plan: "starter" };
let tenants: Record<string, object> = { acme, globex, initech: { host: "odoo-3", slot: 1, odoo: "18.0" } };

function declare(): void {
  const firewall = { allow: isScraped ? [{ port: 9100, comment: "node exporter" }] : [] };
  const hosts = Object.fromEntries(
    [one, two, three].map((machine, index) => [
      `odoo-${index + 1}`,
      { ...hostConfig(machine, machines.identityFile, 156 + index), firewall },
    ]),
  );
  const { images } = registry.config() as { images?: { odoo: object } };
  // A version that can't be had.
  const odoo = { ...images?.odoo, "18.0": `${registry.name}/odoo:withdrawn` };
  stack.configure({ hosts, tenants, images: { ...images, odoo } });
}

const login = ({ address }: TestHost): Promise<number> =>
  eventually(
    () => statusOf(`http://${address}:20010/web/login`),
    (status) => status === 200,
  );

/** Ids of the containers that run on a host, with their names. */
const running = async (host: TestHost): Promise<string[]> =>
  (await host.exec("docker ps --no-trunc --format '{{.Names}} {{.ID}}'")).split("\n").sort();

interface Resource {
  readonly urn: string;
  readonly id?: string;
  readonly inputs?: object;
}

/**
 * What the state has of hosts and tenants: resources by their names, with ids and inputs. Without what is written anew each
 * time though nothing changed: encrypted secrets, and which inputs are the provider's defaults.
 */
function resourcesOf(...names: string[]): Record<string, Omit<Resource, "urn">> {
  const { checkpoint } = JSON.parse(stack.state(), (key, value: unknown) =>
    ["ciphertext", "__defaults"].includes(key) ? undefined : value,
  ) as { checkpoint: { latest: { resources: Resource[] } } };
  return Object.fromEntries(
    checkpoint.latest.resources
      .map(({ urn, id, inputs }) => [urn.split("::").at(-1)!, { id, inputs }] as const)
      .filter(([own]) => names.some((name) => own.startsWith(`${name}-`))),
  );
}

/** When Ansible last began each of these runs: `odoo-1` makes the host, and `odoo-1.ports` opens its tenants' ports. */
const begun = (...runs: string[]): number[] =>
  runs.map((run) => statSync(progressFile(`${stack.environment}.${run}`)).mtimeMs);

beforeAll(async () => {
  // As `make up` runs it.
  stack.environmentVariables["PULUMI_CONTINUE_ON_ERROR"] = "true";
  await Promise.all([stack.init(), machines.start()]);
  [registry, one, two, three] = await Promise.all([
    TestRegistry.start(machines.gateway),
    machines.host("bookworm", 11),
    machines.host("trixie", 12),
    machines.host("trixie", 13),
  ]);
  valid = JSON.stringify({ "insecure-registries": [registry.name] });
  for (const machine of [one, three]) {
    await machine.exec(`mkdir /etc/docker && echo '${valid}' >${settings}`);
  }
  // A comma too many.
  await two.exec(`mkdir /etc/docker && echo '${valid.replace("}", ",}")}' >${settings}`);
  // Has the port of initech. It is the login's own, so that its name can be seen.
  await three.exec("setsid --fork su admin -c 'exec python3 -m http.server 20010' </dev/null >/dev/null 2>&1");
  declare();
});

afterAll(async () => {
  // The machines go with all that is on them.
  await machines.clean();
  registry?.stop();
  stack.forget();
});

test("three bare servers are previewed under the policies, though none has an engine, with what will be on them", async () => {
  const { code, output } = await stack.run("preview", "--policy-pack", pack);
  expect(output).toMatch(/\+ +command:local:Command +odoo-3-bootstrap +create/);
  expect(output).toMatch(/\+ +docker:index:Container +globex-odoo +create/);
  expect(output).not.toContain("can't run policy");
  expect(broken(output, "mandatory")).toEqual(new Set());
  expect(code).toBe(0);
  expect(await one.exec("command -v docker || echo none")).toContain("none");
});

describe("one up of three bare servers, where one's play fails and another can't do what is declared", () => {
  let run: CliResult;
  beforeAll(async () => {
    run = await stack.up("--policy-pack", pack);
  });

  it("makes the one without a fault a host, and its tenant answers", async () => {
    expect(run.output).toMatch(/HostBootstrap odoo-1 .*docker_host: .* \(changed\)/);
    expect(await login(one)).toBe(200);
    expect(await running(one)).toHaveLength(5);
  });

  it("ends with an error that names the failed host, its task and the way out", () => {
    expect(run.code).not.toBe(0);
    expect(run.output).toMatch(
      /odoo-2 \| docker_host: Write the engine's settings \| failed \| \/etc\/docker\/daemon\.json is not valid and was not changed: it is not JSON: .* Correct it, or move it away \(mv .*\) if it is not needed; then run this again/,
    );
    expect(run.output).toMatch(/The whole log: .*test-hosts3-fleet\.odoo-2\/ansible\.log/);
    expect(run.output).toContain("host odoo-2 and its tenants were not changed: its bootstrap failed");
  });

  it("leaves the failed host as it was, on the machine and in the state", async () => {
    expect(await two.exec(`cat ${settings}`)).toBe(valid.replace("}", ",}"));
    expect(await two.exec("docker ps --quiet 2>&1 || true")).toMatch(/Cannot connect to the Docker daemon/);
    expect(resourcesOf("odoo-2")).toEqual({});
    expect(resourcesOf("globex")).toEqual({});
  });

  it("checks a machine once it is a host, and names all that is in the way there, with the way out", () => {
    const { output } = run;
    expect(output).toMatch(/HostBootstrap odoo-3 .*docker_host: .* \(changed\)/);
    expect(output).toContain("host odoo-3 and its tenants were not changed: it doesn't meet the declaration");
    expect(output).toMatch(
      /odoo-fleet:tenants\.initech\.slot\s+value: +1\s+expected: port 20010 of host odoo-3 to be free; it is taken by python3 \(pid \d+\)\s+way out: +stop it, or give the tenant another slot: pulumi config set --path 'odoo-fleet:tenants\.initech\.slot' N/,
    );
    expect(output).toMatch(
      /odoo-fleet:images\.odoo\["18\.0"\]\s+value: +".*\/odoo:withdrawn"\s+expected: an image on host odoo-3 or in a registry that it can reach \(.+\)\s+way out: +correct the reference/,
    );
  });

  it("makes nothing of the refused tenant", async () => {
    expect(resourcesOf("initech")).toEqual({});
    expect(Object.keys(resourcesOf("odoo-3"))).toEqual(["odoo-3-bootstrap", "odoo-3-ports"]);
    expect(await three.exec("docker ps --all --quiet; docker volume ls --quiet; docker images --quiet")).toBe("");
  });

  it("breaks no rule", () => {
    expect(run.output).not.toContain("can't run policy");
    expect(broken(run.output, "mandatory")).toEqual(new Set());
  });
});

describe("the next up, after the failed host was mended by hand, and the refused tenant taken out", () => {
  // The refused tenant's port is closed again, on odoo-3.
  const otherRuns = ["odoo-1", "odoo-1.ports", "odoo-3"];
  let run: CliResult;
  let before: ReturnType<typeof resourcesOf>;
  let runs: number[];
  beforeAll(async () => {
    [before, runs] = [resourcesOf("acme", "odoo-1"), begun(...otherRuns)];
    // Pulling and building from nothing is what the first one did.
    await loadBaseImages([two]);
    await two.exec(`echo '${valid}' >${settings}`);
    tenants = { acme, globex };
    declare();
    run = await stack.up("--policy-pack", pack);
  });

  it("brings up what was left out", async () => {
    expect(run).toSucceed();
    expect(run.output).toMatch(/command:local:Command odoo-2-bootstrap created/);
    expect(await login(two)).toBe(200);
    expect(JSON.parse(await two.exec(`cat ${settings}`))).toMatchObject({
      "insecure-registries": [registry.name],
      "live-restore": true,
    });
  });

  it("runs Ansible on the failed host alone, and touches nothing of the others", () => {
    expect(begun(...otherRuns)).toEqual(runs);
    expect(resourcesOf("acme", "odoo-1")).toEqual(before);
  });

  it("breaks no rule", () => {
    expect(broken(run.output, "mandatory")).toEqual(new Set());
  });
});

describe("a play that fails on a host with a tenant", () => {
  let run: CliResult;
  let before: [string[], object, object];
  const ofTwo = async (): Promise<typeof before> => [await running(two), resourcesOf("odoo-2"), resourcesOf("globex")];
  beforeAll(async () => {
    before = await ofTwo();
    // The engine takes any setting but one that it doesn't know.
    await two.exec(`sed -i 's/"live-restore"/"life-restore"/' ${settings}`);
    isScraped = true;
    globex.plan = "basic";
    declare();
    run = await stack.up();
  });

  it("ends with an error that names host, task and way out", () => {
    expect(run.code).not.toBe(0);
    expect(run.output).toMatch(
      /odoo-2 \| docker_host: Write the engine's settings \| failed \| \/etc\/docker\/daemon\.json is not valid .*life-restore.*Correct it/,
    );
    expect(run.output).toContain("host odoo-2 and its tenants were not changed: its bootstrap failed");
  });

  it("leaves the tenant running, and everything of the host as the state has it", async () => {
    expect(await ofTwo()).toEqual(before);
    expect(await login(two)).toBe(200);
  });

  it("keeps no other host from being finished", async () => {
    for (const machine of [one, three]) {
      expect(await machine.exec("nft list table inet odoo_fleet")).toContain("9100");
    }
  });

  it("is made good by the next up, which works on that host alone", async () => {
    const others = ["acme", "odoo-1", "odoo-3"];
    const otherRuns = ["odoo-1", "odoo-1.ports", "odoo-3", "odoo-3.ports"];
    const [resources, runs] = [resourcesOf(...others), begun(...otherRuns)];
    await two.exec(`sed -i 's/"life-restore"/"live-restore"/' ${settings}`);
    const output = await stack.mustUp();
    expect(output).toMatch(/command:local:Command odoo-2-bootstrap updated/);
    expect(output).toMatch(/docker:index:Container globex-odoo created replacement/);
    expect(await login(two)).toBe(200);
    expect(resourcesOf(...others)).toEqual(resources);
    expect(begun(...otherRuns)).toEqual(runs);
  });
});

describe("a program that is like this one, but for a rule that it breaks", () => {
  beforeAll(() => {
    const folder = join(stack.folder, "program");
    makeChangedProgram(folder);
    stack.program = folder;
  });

  const isRefused = (rule: string, type: string, inputs: object): [string, () => Promise<void>] => [
    `is refused by ${rule}, in preview and up, and changes nothing`,
    async () => {
      const all = ["acme", "globex", "odoo-1", "odoo-2", "odoo-3"];
      const runs = ["odoo-1", "odoo-2", "odoo-3"].flatMap((host) => [host, `${host}.ports`]);
      const before = [resourcesOf(...all), begun(...runs)];
      stack.environmentVariables[changesVariable] = JSON.stringify({ [type]: inputs });
      for (const run of [await stack.run("preview", "--policy-pack", pack), await stack.up("--policy-pack", pack)]) {
        expect(broken(run.output, "mandatory")).toEqual(new Set([rule]));
        expect(run.code).not.toBe(0);
      }
      expect([resourcesOf(...all), begun(...runs)]).toEqual(before);
    },
  ];

  it(...isRefused("engine-endpoint", "pulumi:providers:docker", { host: "tcp://192.0.2.1:2375" }));
  it(...isRefused("no-leaking-command", "command:local:Command", { logging: "stdoutAndStderr" }));
});
