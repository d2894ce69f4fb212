import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { workerFiles, writeFiles } from "../../tools/portalWorker";
import { baseImages, projectFolder } from "../support/cliStack";
import { hostImage, type TestHost, TestHosts } from "../support/hosts";
import { attempt } from "../support/hosts/attempt";
import { docker } from "../support/imagesSandbox";
import { eventually } from "../support/odooClient";

const machines = new TestHosts("test-portal-service", "10.152.0");
const database = { name: "test-portal-service-postgres", address: "10.152.0.60" };
const passphrase = "only in a file";
/** What is on this machine, and where the host has it. */
const shared = mkdtempSync(join(tmpdir(), "odoo-fleet-portal-service-"));
const [project, folder] = ["/srv/project", "/srv/worker/shop"];
const unit = "odoo-fleet-portal-shop.service";
let host: TestHost;

const declared = {
  hosts: { local: {} },
  edge: { domain: "localhost", certificates: "internal" },
  portal: {
    slots: { local: { from: 500, to: 509 } },
    plans: { starter: { price: 2900, currency: "EUR" } },
    mail: { smtp: "smtp.example.com:587", from: "portal@example.com", requireTls: false },
  },
};

/** Runs a command of the project on the host, as the user whose worker it is. */
const asAdmin = (command: string): Promise<string> =>
  docker(
    ...["exec", "--user", "admin", "--workdir", project],
    ...[
      "--env",
      `PULUMI_CONFIG_PASSPHRASE=${passphrase}`,
      "--env",
      "PULUMI_BACKEND_URL=file:///srv/a $b?metadata=skip",
    ],
    ...["--env", "UNRELATED=else", host.name, "bash", "-ec", command],
  );
const service = (command: string, ...more: string[]): Promise<string> =>
  asAdmin(["tools/portal-service.sh", command, "shop", folder, ...more].join(" "));
const state = async (property: string): Promise<string> =>
  (await host.exec(`systemctl show --property ${property} --value ${unit}`)).trim();
const taking = (): Promise<string> =>
  eventually(
    () => state("ActiveState"),
    (now) => now === "active",
    60,
  );

beforeAll(async () => {
  await machines.start();
  const { images } = baseImages() as { images?: { postgres: Record<string, string> } };
  const network = ["--network", machines.name, "--ip", database.address, "--label", "odoo-fleet.test=hosts"];
  const server = ["--env", "POSTGRES_PASSWORD=postgres"];
  await docker(
    ...["run", "--detach", "--name", database.name, ...network, ...server],
    images?.postgres["17"] ?? "postgres:17",
  );
  const text = stringify({
    config: Object.fromEntries(Object.entries(declared).map(([key, value]) => [`odoo-fleet:${key}`, value])),
  });
  const outputs = {
    portalDatabaseUrl: `postgres://postgres:postgres@${database.address}/postgres`,
    fleetSecret: "fleet",
  };
  mkdirSync(join(shared, "shop"));
  writeFiles(join(shared, "shop"), workerFiles(text, "shop", outputs));
  const found = await attempt("bash", ["-c", ". build/env && realpath $(command -v pulumi)"], { cwd: projectFolder });
  const volumes = [
    `${projectFolder}:${project}:ro`,
    `${shared}:/srv/worker`,
    `${found.output.trim()}:/usr/local/bin/pulumi:ro`,
  ].flatMap((one) => ["--volume", one]);
  host = await machines.host("bookworm", 12, volumes, "systemd");
  await host.exec("chown --recursive admin /srv/worker");
  await eventually(
    () => attempt("docker", ["exec", database.name, "pg_isready", "--host", database.address]),
    ({ code }) => code === 0,
    60,
  );
  await asAdmin(
    `PORTAL_SETTINGS=${folder}/settings.json PORTAL_DATABASE_URL_FILE=${folder}/database-url build/bin/node24 portal/start.mjs migrate`,
  );
});

afterAll(async () => {
  await docker("rm", "--force", "--volumes", database.name);
  await machines.clean();
  rmSync(shared, { recursive: true, force: true });
});

it("is refused with a way out where there is no systemd", async () => {
  const bare = ["run", "--rm", "--volume", `${projectFolder}:${project}:ro`, hostImage("bookworm")];
  const { code, output } = await attempt("docker", [
    ...bare,
    `${project}/tools/portal-service.sh`,
    "install",
    "shop",
    folder,
  ]);
  expect(output).toContain(`tools/portal-worker.sh run ${folder}`);
  expect(code).toBe(1);
});

it("takes jobs as the user who installed it, and shows nobody what opens the state", async () => {
  await service("install");
  expect(await state("ActiveState")).toBe("active");
  const worker = await state("MainPID");
  expect(await host.exec(`stat --format %U /proc/${worker}`)).toBe("admin");
  expect(await host.exec(`journalctl --unit ${unit} --output cat`)).toContain("taking jobs");
  const environment = await host.exec(`tr '\\0' '\\n' </proc/${worker}/environ`);
  expect(environment).toContain(`PULUMI_CONFIG_PASSPHRASE_FILE=${folder}/passphrase`);
  expect(environment).toContain("PULUMI_BACKEND_URL=file:///srv/a $b?metadata=skip");
  expect(environment).not.toContain("UNRELATED");
  const shown = await host.exec(`systemctl show ${unit}; cat /etc/systemd/system/${unit}; journalctl --unit ${unit}`);
  expect(environment + shown).not.toContain(passphrase);
  expect(await host.exec(`stat --format '%a %U' ${folder}/passphrase ${folder}/environment`)).toBe(
    "600 admin\n600 admin",
  );
});

it("is left as it is while nothing has changed, and starts again with another program", async () => {
  const worker = await state("MainPID");
  await service("start", "unchanged");
  expect(await state("MainPID")).toBe(worker);
  await host.exec(`echo another >${folder}/program`);
  await service("start", "unchanged");
  const next = await state("MainPID");
  expect(next).not.toBe(worker);
  await service("start", "changed");
  expect(await state("MainPID")).not.toBe(next);
});

it("comes back after a kill, and with the machine, also when its database is later than it", async () => {
  const worker = await state("MainPID");
  await host.exec(`kill -KILL ${worker}`);
  await taking();
  expect(await state("MainPID")).not.toBe(worker);
  await docker("stop", "--time", "0", database.name);
  await host.reboot();
  await eventually(
    () => state("NRestarts"),
    (restarts) => Number(restarts) > 0,
    60,
  );
  await docker("start", database.name);
  await taking();
});

it("ends when it is told, and nothing of it is left when it is removed", async () => {
  await service("stop");
  expect(await state("ActiveState")).toBe("inactive");
  await service("start", "unchanged");
  expect(await state("ActiveState")).toBe("active");
  await service("remove");
  expect(await state("LoadState")).toBe("not-found");
  expect((await host.exec(`ls ${folder}`)).split("\n")).not.toContain("passphrase");
  await expect(service("exists")).rejects.toThrow();
  expect(readFileSync(join(shared, "shop", "database-url"), "utf8")).toContain(database.address);
});
