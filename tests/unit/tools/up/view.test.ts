import type { EngineEvent, StepMetadata } from "../../../../tools/preview/events";
import { subjectOf } from "../../../../tools/up/subject";
import { duration, RunView } from "../../../../tools/up/view";

const stack = "urn:pulumi:dev::odoo-fleet";
const tenant = "odoo-fleet:index:TenantStack";
const container = "docker:index/container:Container";
const odoo = `${stack}::${tenant}$odoo-fleet:index:OdooServer$${container}::acme-odoo`;
const database = `${stack}::${tenant}$odoo-fleet:index:PostgresDatabase$${container}::acme-postgres`;
const network = `${stack}::${tenant}$docker:index/network:Network::acme-front`;
const command = "command:local:Command";
const bootstrap = `${stack}::odoo-fleet:index:HostBootstrap$${command}::local-bootstrap`;

function step(urn: string, op = "create"): StepMetadata {
  return { urn, op, type: urn.split("::")[2]!.split("$").at(-1)! };
}
const begin = (urn: string, op?: string): EngineEvent => ({ resourcePreEvent: { metadata: step(urn, op) } });
const end = (urn: string, op?: string): EngineEvent => ({ resOutputsEvent: { metadata: step(urn, op) } });

let now: number, lines: string[], status: string, view: RunView;
beforeEach(() => {
  [now, lines, status] = [0, [], ""];
  view = new RunView({ print: (line) => lines.push(line), status: (line) => (status = line) }, () => now);
});
const words = (line: string | undefined): string => line!.trim().replace(/\s{2,}/g, " | ");

it("says what is through, after how long, and what is waited for meanwhile", () => {
  view.handle(begin(network));
  view.handle(begin(database));
  view.handle(begin(odoo));
  now = 2_100;
  view.handle(end(network));
  view.handle(end(database));
  expect(lines.map(words)).toEqual(["acme | database running | 2.1 s"]);
  expect(status).toBe("  ... 2 done; waiting for acme Odoo 2.1 s");
  now = 12_300;
  view.handle(end(odoo));
  expect(words(lines[1])).toBe("acme | Odoo healthy | 12 s");
  expect(status).toBe("");
});

it("parts what is longer than its column from what follows", () => {
  const name = "a-tenant-of-a-long-name-indeed";
  view.handle(begin(odoo.replace("acme", name)));
  view.handle(end(odoo.replace("acme", name)));
  expect(lines).toEqual([expect.stringMatching(new RegExp(`^  ${name} Odoo healthy +0\\.0 s$`))]);
});

it("says nothing of what stays as it is, and one line of a replacement's three steps", () => {
  view.handle(begin(odoo, "same"));
  view.handle(end(odoo, "same"));
  for (const op of ["delete-replaced", "replace", "create-replacement"]) {
    view.handle(begin(database, op));
    view.handle(end(database, op));
  }
  expect(lines.map(words)).toEqual(["acme | database replaced | 0.0 s"]);
});

it("shows what fails, and each error once", () => {
  view.handle(begin(odoo));
  now = 61_000;
  view.handle({ resOpFailedEvent: { metadata: step(odoo) } });
  const error: EngineEvent = { diagnosticEvent: { severity: "error", message: "port is taken\n", urn: odoo } };
  view.handle(error);
  view.handle(error);
  expect(lines.map(words)).toEqual(["acme | Odoo FAILED | 61 s", "error: acme-odoo: port is taken"]);
});

it("shows what the program itself says by a command that fails, without that command", () => {
  const urn = `${stack}::command:local:Command::dev-broken`;
  const said = "Everything declared was carried out, and not everything works.";
  const message = `exit status 1: running "cat >&2; exit 1":\n${said}\n`;
  view.handle({ diagnosticEvent: { severity: "error", message, urn } });
  view.handle({ resOpFailedEvent: { metadata: { op: "create", urn, type: "command:local:Command" } } });
  expect(lines).toEqual([`error: ${said}`]);
});

it("shows warnings, but not where plugins were found", () => {
  const warn = (message: string): void => view.handle({ diagnosticEvent: { severity: "warning", message } });
  warn("using pulumi-resource-docker from $PATH at /somewhere/pulumi-resource-docker");
  warn("host odoo-2 doesn't answer");
  expect(lines).toEqual(["warning: host odoo-2 doesn't answer"]);
});

it("shows a broken mandatory rule with its resource, and no advisory one", () => {
  const rule = { policyName: "no-ports", policyPackName: "pack", message: "Too open.\n", resourceUrn: odoo };
  view.handle({ policyEvent: { ...rule, enforcementLevel: "advisory" } });
  view.handle({ policyEvent: { ...rule, enforcementLevel: "mandatory" } });
  expect(lines).toEqual(["  policy violation no-ports (acme-odoo): Too open."]);
});

it("tells how far a bootstrap is, where no line changes too: once it has been quiet for long", () => {
  view.handle(begin(bootstrap));
  const urn = `${stack}::odoo-fleet:index:HostBootstrap::local`;
  view.handle({
    diagnosticEvent: { severity: "info", message: "docker_host: Install packages (ok)", urn, ephemeral: true },
  });
  now = 19_999;
  view.tick(20_000);
  expect(lines).toEqual([]);
  now = 20_000;
  view.tick(20_000);
  view.tick(20_000);
  expect(lines).toEqual(["  ... 0 done; waiting for host local bootstrap (docker_host: Install packages (ok)) 20 s"]);
});

it("names three of many that are waited for", () => {
  for (const name of ["a", "b", "c", "d", "e"]) {
    view.handle(begin(odoo.replace("acme", name)));
  }
  expect(status).toContain("waiting for a Odoo 0.0 s, b Odoo 0.0 s, c Odoo 0.0 s and 2 more");
});

it("ends with counts of resources, as the preview has them: without components, and a replacement once", () => {
  const done = (op: string, urn: string, custom = true): void =>
    view.handle({ resOutputsEvent: { metadata: { ...step(urn, op), new: { custom } } } });
  done("same", `${stack}::pulumi:pulumi:Stack::odoo-fleet-dev`, false);
  done("create", `${stack}::${tenant}::acme`, false);
  done("create", network);
  for (const op of ["create-replacement", "replace", "delete-replaced"]) {
    done(op, database);
  }
  done("same", odoo);
  done("same", odoo.replace("acme", "globex"));
  view.handle({ summaryEvent: { resourceChanges: { create: 2, replace: 1, same: 3 } } });
  view.close(32.4);
  expect(lines.at(-1)).toBe("  1 created, 1 replaced, 2 unchanged; 32 s");
});

it("says that nothing was changed where nothing is", () => {
  view.close(32.4);
  expect(lines).toEqual(["  nothing was changed; 32 s"]);
});

const watched = `${stack}::odoo-fleet:index:MonitoringStack$odoo-fleet:index:SharedService$${container}`;
it.each([
  [
    "an image",
    `${stack}::odoo-fleet:index:HostImages$docker:index/remoteImage:RemoteImage::local-odoo-fleet-odoo-19-0-0123456789ab`,
    "host local",
    "image odoo 19.0",
  ],
  [
    "an image that has no version",
    `${stack}::odoo-fleet:index:HostImages$docker:index/remoteImage:RemoteImage::local-odoo-fleet-nginxlog-exporter-host-0123456789ab`,
    "host local",
    "image nginxlog-exporter",
  ],
  [
    "an image of what watches",
    `${stack}::odoo-fleet:index:MonitoringStack$docker:index/remoteImage:RemoteImage::local-monitoring-odoo-fleet-postgres-exporter`,
    "host local",
    "image postgres-exporter",
  ],
  [
    "an image of what copies backups",
    `${stack}::odoo-fleet:index:Shipper$docker:index/remoteImage:RemoteImage::odoo-1-shipper-rclone`,
    "host odoo-1",
    "image rclone",
  ],
  ["a bootstrap", bootstrap, "host local", "bootstrap"],
  ["a firewall's ports", bootstrap.replace("local-bootstrap", "odoo-1-ports"), "host odoo-1", "firewall's ports"],
  ["a tenant whose name has a hyphen", odoo.replace("acme", "blue-sky"), "blue-sky", "Odoo"],
  ["what watches", `${watched}::local-monitoring-cadvisor`, "monitoring", "cadvisor"],
])("knows whose part is %s", (_, urn, owner, part) => {
  expect(subjectOf(step(urn))).toMatchObject({ owner, part });
});

it.each([
  ["built", { build: {} }],
  ["pulled", {}],
])("says whether an image was built on its host or came from a registry: %s", (ready, inputs) => {
  const image = `${stack}::docker:index/remoteImage:RemoteImage::local-odoo-fleet-grafana`;
  expect(subjectOf({ ...step(image), new: { inputs } })).toMatchObject({ ready });
});

it.each([
  network,
  `${watched}::local-monitoring-cadvisor-writer`,
  `${stack}::random:index/randomUuid:RandomUuid::stack-id`,
])("counts only: %s", (urn) => expect(subjectOf(step(urn))).toBeUndefined());

it.each([
  [320, "0.3 s"],
  [9_949, "9.9 s"],
  [12_400, "12 s"],
  [125_000, "2 min 5 s"],
])("%d ms are %s", (milliseconds, text) => expect(duration(milliseconds)).toBe(text));
