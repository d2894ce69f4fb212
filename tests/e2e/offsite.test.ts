import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { edgeNames, shipperNames, snapshotsNames, tenantShipperNames } from "../../fleet/names";
import { figuresFolder } from "../../fleet/security";
import { decrypted, operatorKey } from "../support/age";
import { engine, execIn, machineAddress, objectsOf, query, removeObjects } from "../support/engine";
import { baseImages, docker } from "../support/imagesSandbox";
import { MadeProject } from "../support/madeProject";
import { eventually, OdooClient, statusOf } from "../support/odooClient";
import { OwnStack } from "../support/ownStack";
import { describeProof, proof } from "../support/proof";
import { S3Server } from "../support/s3Server";

// A tenant whose backups are copied to a bucket; then the host's own copies are gone.
const environment = "test-offsite";
const project = new MadeProject(environment);
const url = "http://127.0.0.1:27840";
const bucket = "copies";
const container = (service: string): string => `${environment}-acme-${service}`;
const { container: shipper, configVolume } = shipperNames(environment);
const repository = `${environment}-acme-repository`;
const { container: edge } = edgeNames(environment);
/** Certificate of the edge's own authority, which clients trust. */
const authority = "/data/pki/authorities/local/root.crt";
let server: S3Server;
let secret: string;
let password: string;
const host = { subnetBase: "10.221.0.0/16" };
/** Of another stack, as a portal has it. */
let own: OwnStack;

const ask = async (sql: string): Promise<string> => (await query(container("postgres"), "acme", sql)).join("\n");
const identityFile = join(project.folder, "age-key.txt");
/** What an operator reads of keys in escrow, by his private key. */
const escrowed = (encrypted: string): string =>
  decrypted(encrypted, readFileSync(identityFile, "utf8").trim().split("\n").at(-1)!);
/** Unix time up to which everything of the tenant is on the target; 0: it never was. */
async function copied(): Promise<number> {
  const { output } = await execIn(shipper, ["cat", `${figuresFolder}/shipper.prom`]);
  return Number(/timestamp_seconds\{tenant="acme"\} (\d+)/.exec(output)?.[1] ?? 0);
}

/** Containers of everybody but the tenant in a stack of its own. */
const ids = async (): Promise<string[]> => {
  const found = await engine.listContainers({
    all: true,
    filters: { label: [`odoo-fleet.environment=${environment}`] },
  });
  return found
    .filter(({ Labels }) => Labels["odoo-fleet.tenant"] !== "globex")
    .map(({ Id }) => Id)
    .sort();
};

/** Has everything that was committed so far archived. */
async function archive(): Promise<void> {
  await ask("SELECT pg_switch_wal()");
  await eventually(
    () => ask("SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"),
    (waiting) => waiting === "0",
  );
}
/** Waits until everything that is archived now is on the target. */
async function everythingCopied(): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  await eventually(copied, (time) => time > now, 90);
}

beforeAll(async () => {
  const [identity, recipient] = operatorKey();
  writeFileSync(identityFile, `# an operator's\n${identity}\n`);
  server = new S3Server(25609, await machineAddress());
  await server.start();
  await server.makeBucket(bucket, 1);
  const key = await server.makeUser(bucket);
  secret = key.secret;
  const s3 = { endpoint: server.endpoint, bucket, accessKeyId: key.id, lockDays: 1 };
  const backup = { certificate: server.certificate, escrow: [recipient] };
  own = new OwnStack(
    {
      environment,
      hosts: { local: host },
      tenant: "globex",
      backup: { ...backup, s3: { ...s3, secretAccessKey: secret } },
    },
    560,
  );
  project.judgeAs("dev");
  project.declare(
    stringify({
      config: {
        "odoo-fleet:hosts": { local: host },
        "odoo-fleet:backup": { s3, ...backup },
        "odoo-fleet:edge": { domain: "localhost", certificates: "internal", httpPort: 18784, httpsPort: 18785 },
        "odoo-fleet:tenants": { acme: { slot: 784, publishPort: true } },
      },
    }),
  );
  await project.must("config", "set", "--secret", "--path", "odoo-fleet:backup.s3.secretAccessKey", secret);
  await project.must("up", "--skip-preview");
  password = (await project.must("password", "acme")).trim().split("\n").at(-1)!;
  await ask("CREATE TABLE marks (what text)");
});

afterAll(async () => {
  try {
    await own?.dispose();
  } finally {
    await removeObjects(environment);
    await server.clean();
    project.remove();
  }
});

it("copies what was backed up to the bucket, and what is written later within a minute and a half", async () => {
  await eventually(
    () => ask("SELECT count(*) FROM odoo_fleet.backup").catch(() => "0"),
    (kinds) => kinds === "2",
    180,
  );
  await ask("INSERT INTO marks VALUES ('late')");
  const written = Date.now() / 1000;
  await eventually(
    () => ask("SELECT coalesce(extract(epoch FROM last_archived_time), 0) FROM pg_stat_archiver").then(Number),
    (archived) => archived > written,
    60,
  );
  await everythingCopied();
  const objects = await server.objects(bucket);
  expect(objects).toContain(`${environment}/acme/database/backup/main/backup.info`);
  expect(objects.some((path) => path.startsWith(`${environment}/acme/files/snapshots/`))).toBe(true);
});

it("is done by a container that can change nothing here, and whose credential only its file has", async () => {
  const { Config, HostConfig, Mounts } = await engine.getContainer(shipper).inspect();
  const mounted = Mounts.map(({ Name, RW }) => `${Name}${RW ? "" : " ro"}`).sort();
  expect(mounted).toEqual(
    [
      `${environment}-shipper-figures`,
      `${environment}-acme-drill-copies`,
      `${configVolume} ro`,
      `${repository} ro`,
      `${snapshotsNames(environment).repositoryVolume} ro`,
    ].sort(),
  );
  expect(HostConfig.CapDrop).toEqual(["ALL"]);
  const shown = JSON.stringify([Config, HostConfig, await engine.getContainer(shipper).top()]);
  expect(shown).not.toContain(secret);
  expect((await execIn(shipper, ["cat", "/etc/odoo-fleet/rclone.conf"])).output).toContain(secret);
});

it("puts what the edge keeps back from its snapshots, by which it goes on with the authority that clients trust", async () => {
  const { container: snapshots } = snapshotsNames(environment);
  const trusted = (await execIn(edge, ["cat", authority])).output;
  await eventually(
    () => execIn(snapshots, ["ls", "/srv/services/edge/pki/authorities/local", "/tmp/last"]),
    ({ output }) => output.includes("root.crt") && !output.includes("cannot access"),
  );
  await execIn(snapshots, ["odoo-fleet-snapshots", "now"]);
  const from = new Date().toISOString().slice(0, 19);
  await execIn(edge, ["rm", "-rf", "/data/pki", "/data/certificates"]);
  const service = ["restore-service", "--host", "local", "--service"];
  const refused = await project.run(...service, "grafana");
  expect([refused.code, refused.output]).toEqual([
    1,
    expect.stringContaining(
      "SERVICE=grafana: host local has of those whose data is backed up: edge. Nothing was changed.",
    ),
  ]);
  const printed = await project.must(...service, "edge", "--at", from);
  expect(printed).toMatch(/edge of local: what is there now was backed up first[^]*edge is as it was at 20\d\d-/);
  expect((await execIn(edge, ["cat", authority])).output).toBe(trusted);
  await eventually(
    () => engine.getContainer(edge).inspect(),
    ({ State }) => State.Health?.Status === "healthy",
  );
  expect(await project.must("up", "--skip-preview", "--refresh")).toMatch(/^ {2}\d+ unchanged; /m);
});

it("is proven by itself from what is on the target, which comes back encrypted and goes again", async () => {
  const copies = `${environment}-acme-drill-copies`;
  const { Mounts } = await engine.getContainer(container("files")).inspect();
  expect(Mounts.find(({ Name }) => Name === copies)?.RW).toBe(false);
  const { output } = await execIn(container("backup"), ["odoo-fleet-backup", "drill", "offsite"]);
  expect(output).toMatch(/restored and proven in \d+ s, from the copies off the host/);
  expect(await ask("SELECT last_success IS NOT NULL, fault IS NULL FROM odoo_fleet.drill WHERE copy = 'offsite'")).toBe(
    "t|t",
  );
  await eventually(
    () => execIn(shipper, ["ls", "-A", "/srv/copies/acme"]),
    (listed) => listed.output.trim() === "",
  );
});

proof(
  "copies a tenant in a stack of its own by what that stack has for it, and touches nothing of anybody else's",
  async () => {
    const before = await ids();
    await own.up();
    const { container: ownShipper } = tenantShipperNames(environment, "globex");
    const { HostConfig, Mounts, NetworkSettings } = await engine.getContainer(ownShipper).inspect();
    expect(Mounts.map(({ Name, RW }) => `${Name}${RW ? "" : " ro"}`).sort()).toEqual(
      [
        `${environment}-globex-repository ro`,
        `${environment}-globex-drill-copies`,
        `${environment}-globex-shipper-config ro`,
      ].sort(),
    );
    expect([HostConfig.CapDrop, Object.keys(NetworkSettings.Networks)]).toEqual([["ALL"], [`${environment}-copies`]]);
    // What its healthcheck answers is what the host's watch reads.
    const told = (): Promise<string> =>
      execIn(ownShipper, ["sh", "/etc/odoo-fleet/ship", "healthy"]).then(({ output }) => output);
    await eventually(told, (text) => /^odoo_fleet_offsite_last_success_timestamp_seconds \d+$/m.test(text), 120);
    await eventually(
      () => server.objects(bucket),
      (objects) =>
        ["_keys/local/globex.age", "globex/database/backup/main/backup.info", "globex/files/config"].every((path) =>
          objects.includes(`${environment}/${path}`),
        ),
      180,
    );
    expect(await own.changes()).toEqual([]);
    expect(await ids()).toEqual(before);
  },
);

describeProof("a tenant in a stack of its own whose host was lost", () => {
  const ownAsk = async (sql: string): Promise<string> =>
    (await query(`${environment}-globex-postgres`, "globex", sql)).join("\n");
  const { container: ownShipper } = tenantShipperNames(environment, "globex");
  /** Waits until all that was written so far is on the target. */
  const ownCopied = async (): Promise<void> => {
    await ownAsk("SELECT pg_switch_wal()");
    await eventually(
      () => ownAsk("SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"),
      (waiting) => waiting === "0",
    );
    const now = Math.floor(Date.now() / 1000);
    await eventually(
      () => execIn(ownShipper, ["sh", "/etc/odoo-fleet/ship", "healthy"]),
      ({ output }) => Number(/timestamp_seconds (\d+)/.exec(output)?.[1] ?? 0) > now,
      120,
    );
  };
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);

  it("comes back by the keys that its state has, also after that was killed in the middle, and what is there is left alone", async () => {
    await ownAsk("CREATE TABLE marks (what text); INSERT INTO marks VALUES ('sold')");
    await ownCopied();
    await removeObjects(environment, "globex");
    const killed = await own.recoverApart({}, {}, (line, child) => {
      say(line);
      if (line.includes("restoring the newest")) {
        child.kill("SIGKILL");
      }
    });
    expect(killed).toBeUndefined();
    expect(said).toContainEqual(
      expect.stringMatching(/^1 of 1 ordered tenants to recover, in this order: globex \(\d+ MiB\)$/),
    );
    expect(await own.recover({ say })).toEqual({ back: ["globex"], failed: [] });
    expect(said).toContainEqual(expect.stringMatching(/^globex: database: checked: tables, indexes/));
    expect(await ownAsk("SELECT what FROM marks")).toBe("sold");
    await eventually(
      () => statusOf("http://127.0.0.1:25600/web/login"),
      (status) => status === 200,
    );
    expect(await own.changes()).toEqual([]);
    await ownAsk("INSERT INTO marks VALUES ('after')");
    expect(await own.recover({ say })).toEqual({ back: ["globex"], failed: [] });
    expect(await ownAsk("SELECT count(*) FROM marks")).toBe("2");
  });

  it("comes back suspended where it was, by the keys in escrow where its state is lost, and goes on to be copied", async () => {
    await ownCopied();
    own.loseState();
    // Its host lives: nothing of that may be replaced.
    const { failed } = await own.recover();
    expect(failed.map(({ error }) => error.message)).toEqual([expect.stringContaining("isn't of its stack's state")]);
    expect(await ownAsk("SELECT count(*) FROM marks")).toBe("2");

    await removeObjects(environment, "globex");
    const suspended = { state: "suspended" };
    const withoutKeys = await own.recover({}, suspended);
    expect(withoutKeys.failed.map(({ error }) => error.message)).toEqual([expect.stringContaining("IDENTITY=FILE")]);
    expect((await objectsOf(environment)).filter((name) => name.includes("-globex-"))).toEqual([]);
    expect(await own.recoverApart({ identity: identityFile }, suspended)).toEqual({ back: ["globex"], failed: [] });
    expect((await engine.getContainer(`${environment}-globex-postgres`).inspect()).State.Running).toBe(false);
    expect(await own.changes(suspended)).toEqual([]);
    await own.up();
    expect(await ownAsk("SELECT string_agg(what, ' ' ORDER BY what) FROM marks")).toBe("after sold");
    await ownCopied();
  });
});

proof(
  "copies what such a tenant backed up last without its containers and networks, and leaves everybody else alone",
  async () => {
    const before = await ids();
    const { container: ownShipper } = tenantShipperNames(environment, "globex");
    const { Id } = await engine.getContainer(ownShipper).inspect();
    await own.up({ state: "decommissioned", withoutLastBackup: "a test" });
    expect((await objectsOf(environment)).filter((name) => /-globex-(nginx|odoo|postgres|backup)$/.test(name))).toEqual(
      [],
    );
    const left = await engine.getContainer(ownShipper).inspect();
    expect([left.Id, left.State.Running, left.RestartCount]).toEqual([Id, true, 0]);
    const keys = `${environment}/_keys/local/globex.age`;
    expect(escrowed(await server.content(bucket, keys))).toContain('"databaseKey"');
    await expect(own.eraseApart("local")).rejects.toThrow(/its host still has volumes of globex.*-globex-repository/);
    await own.dispose();
    expect(await ids()).toEqual(before);
    await own.eraseApart("local");
    expect(JSON.parse(escrowed(await server.content(bucket, keys)))).toEqual({
      environment,
      host: "local",
      tenants: {},
    });
  },
);

it("restores a tenant whose backups are gone from its host from their copies, which go on after that", async () => {
  const before = await ask("SELECT to_char(clock_timestamp() AT TIME ZONE 'utc', 'YYYY-MM-DD HH24:MI:SS.US')");
  await ask("DELETE FROM marks");
  await archive();
  await everythingCopied();
  const at = (script: string): Promise<string> =>
    docker("run", "--rm", "--volume", `${repository}:/to`, "--entrypoint", "sh", baseImages().rclone, "-ec", script);
  const identity = await at("cksum </to/files/config");
  await at("rm -rf /to/*");

  await project.must("restore", "--tenant", "acme", "--at", before, "--from", "offsite");
  await eventually(
    () => statusOf(`${url}/web/login`),
    (status) => status === 200,
  );
  expect(await ask("SELECT what FROM marks")).toBe("late");
  expect(await new OdooClient(url).login("acme", "admin", password)).toBe(2);
  // What was copied back is its repository again, and what is written from now on is copied too.
  expect(await at("cksum </to/files/config")).toBe(identity);
  await everythingCopied();
  expect((await engine.listVolumes()).Volumes.map(({ Name }) => Name)).not.toContain(`${repository}-offsite`);
});

it("is proven from its copies and the keys in escrow alone, which an operator's private key opens", async () => {
  const drill = ["drills", "--tenant", "acme", "--from", "offsite", "--identity"];
  const before = await objectsOf(environment);
  const proven = await project.run(...drill, identityFile);
  expect(proven.output).toMatch(/acme: restored from .* by the keys in escrow, and proven in \d+ s/);
  expect(proven.output).toMatch(/acme +local +off-site +20\d\d-/);
  expect(await objectsOf(environment)).toEqual(before);

  const another = join(project.folder, "another.txt");
  writeFileSync(another, `${operatorKey()[0]}\n`);
  const { code, output } = await project.run(...drill, another);
  expect([code, output]).toEqual([1, expect.stringContaining("_keys/local.age can't be decrypted")]);
  expect(
    await ask("SELECT last_success IS NOT NULL, fault LIKE '%decrypted%' FROM odoo_fleet.drill WHERE copy = 'offsite'"),
  ).toBe("t|t");
});

it("recovers a host that is gone, and its stack's state too, from the copies and an operator's private key", async () => {
  await ask("INSERT INTO marks VALUES ('last')");
  await archive();
  await everythingCopied();
  await expect(project.must("recover", "--host", "local")).rejects.toThrow(/host local isn't gone: it has the volume/);
  const trusted = (await execIn(edge, ["cat", authority])).output;
  expect(trusted).toContain("BEGIN CERTIFICATE");
  expect(await server.objects(bucket)).toContain(`${environment}/_snapshots-local/files/config`);

  await removeObjects(environment);
  const state = join(project.folder, "state");
  readdirSync(state).forEach((entry) => rmSync(join(state, entry), { recursive: true }));
  await expect(project.must("recover", "--host", "local")).rejects.toThrow(/no keys of acme: IDENTITY=FILE takes them/);
  const recover = ["recover", "--host", "local", "--identity", identityFile];
  const interrupted = project.begin(...recover);
  await eventually(
    () => Promise.resolve(interrupted.printed()),
    (text) => text.includes("acme: copying its backups back"),
    180,
  );
  interrupted.process.kill("SIGINT");
  const { code, output } = await interrupted.done;
  expect([code, output]).toEqual([
    1,
    expect.stringMatching(/1 of 1 tenants to recover, in this order: acme \(\d+ MiB\)/),
  ]);
  expect(output).toContain("run this again to go on: make recover HOST=local IDENTITY=");
  const printed = await project.must(...recover);
  expect(printed).toContain("going on with the recovery of host local that was interrupted");
  expect(printed).toContain("host local is back: acme");
  expect(printed).toMatch(/the services of local: edge is as it was at 20\d\d-/);
  expect((await execIn(edge, ["cat", authority])).output).toBe(trusted);
  // What was put into the state in plain text is encrypted there.
  expect(await project.must("stack", "export")).not.toContain('"plaintext"');

  await eventually(
    () => statusOf(`${url}/web/login`),
    (status) => status === 200,
  );
  expect(await ask("SELECT string_agg(what, ' ' ORDER BY what) FROM marks")).toBe("last late");
  expect(await new OdooClient(url).login("acme", "admin", password)).toBe(2);
  // The copies go on, by the keys that they began with.
  await archive();
  await everythingCopied();
  expect(await project.must("up", "--skip-preview", "--refresh")).toMatch(/^ {2}\d+ unchanged; /m);
});

it("is erased once it has left: its keys are gone everywhere, and nothing that is known opens its copies", async () => {
  const erase = ["erase", "--tenant", "acme", "--confirm", "acme", "--identity", identityFile];
  expect((await project.run(...erase)).output).toContain("acme is declared: decommission it");
  await project.must("config", "set", "--path", "odoo-fleet:tenants.acme.state", "decommissioned");
  expect(await project.must("up", "--skip-preview")).toContain("acme");
  await project.must("config", "rm", "--path", "odoo-fleet:tenants.acme");
  await project.must("up", "--skip-preview");
  const left = async (): Promise<string[]> =>
    (await objectsOf(environment)).filter((name) => name.startsWith(`${environment}-acme-`));
  expect(await left()).toEqual([repository]);
  await everythingCopied();
  const shown = JSON.parse(await project.must("stack", "export", "--show-secrets")) as object;
  const [, root = ""] = /acme-backup-password[^]*?"result":\{[^}]*"plaintext":"\\"([A-Za-z0-9]{40})/.exec(
    JSON.stringify(shown),
  )!;

  expect((await project.run(...erase.slice(0, 3))).output).toContain("CONFIRM=acme");
  const printed = await project.must(...erase);
  for (const where of ["host local", `${environment} in bucket`]) {
    expect(printed).toMatch(new RegExp(`its backups on ${where}.* are opened by the stack's secret`));
    expect(printed).toMatch(new RegExp(`its backups on ${where}.* are opened by none of the \\d+ keys`));
  }
  expect(printed).toContain("its keys are out of the escrow, _keys/local.age");
  expect(printed).toContain("erased: nothing of acme is on its host");
  expect(await left()).toEqual([]);
  expect(await project.must("stack", "export", "--show-secrets")).not.toContain(root);
  const former = readdirSync(join(project.folder, "state"), { recursive: true, encoding: "utf8" })
    .map((name) => join(project.folder, "state", name))
    .filter((file) => statSync(file).isFile());
  expect(former.filter((file) => readFileSync(file, "utf8").includes("acme-backup-password"))).toEqual([]);
  expect((await project.run(...erase)).output).toContain("the stack has no backups of acme");
});
