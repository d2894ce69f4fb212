import { stringify } from "yaml";
import { shipperNames } from "../../fleet/names";
import { figuresFolder } from "../../fleet/security";
import { engine, execIn, query, removeObjects } from "../support/engine";
import { baseImages, docker } from "../support/imagesSandbox";
import { MadeProject } from "../support/madeProject";
import { eventually, OdooClient, statusOf } from "../support/odooClient";
import { S3Server } from "../support/s3Server";

// A tenant whose backups are copied to a bucket; then the host's own copies are gone.
const environment = "test-offsite";
const project = new MadeProject(environment);
const url = "http://127.0.0.1:27840";
const bucket = "copies";
const container = (service: string): string => `${environment}-acme-${service}`;
const { container: shipper, configVolume } = shipperNames(environment);
const repository = `${environment}-acme-repository`;
let server: S3Server;
let secret: string;
let password: string;

const ask = async (sql: string): Promise<string> => (await query(container("postgres"), "acme", sql)).join("\n");
/** Unix time up to which everything of the tenant is on the target; 0: it never was. */
async function copied(): Promise<number> {
  const { output } = await execIn(shipper, ["cat", `${figuresFolder}/shipper.prom`]);
  return Number(/timestamp_seconds\{tenant="acme"\} (\d+)/.exec(output)?.[1] ?? 0);
}

beforeAll(async () => {
  const { IPAM } = await engine.getNetwork("bridge").inspect();
  const { Gateway } = (IPAM as { Config: { Gateway: string }[] }).Config[0]!;
  server = new S3Server(27849, Gateway);
  await server.start();
  await server.makeBucket(bucket, 1);
  const key = await server.makeUser(bucket);
  secret = key.secret;
  project.declare(
    stringify({
      config: {
        "odoo-fleet:hosts": { local: { subnetBase: "10.221.0.0/16" } },
        "odoo-fleet:backup": {
          s3: { endpoint: server.endpoint, bucket, accessKeyId: key.id, lockDays: 1 },
          certificate: server.certificate,
        },
        "odoo-fleet:tenants": { acme: { slot: 784 } },
      },
    }),
  );
  await project.must("config", "set", "--secret", "--path", "odoo-fleet:backup.s3.secretAccessKey", secret);
  await project.must("up", "--skip-preview");
  password = (await project.must("password", "acme")).trim().split("\n").at(-1)!;
  await ask("CREATE TABLE marks (what text)");
});

afterAll(async () => {
  await removeObjects(environment);
  await server.clean();
  project.remove();
});

it("copies what was backed up to the bucket, and what is written later within a minute and a half", async () => {
  await eventually(
    () => ask("SELECT count(*) FROM odoo_fleet.backup").catch(() => "0"),
    (kinds) => kinds === "2",
    180,
  );
  const written = Number(
    await ask("INSERT INTO marks VALUES ('late') RETURNING extract(epoch FROM clock_timestamp())::bigint"),
  );
  await eventually(
    () => ask("SELECT coalesce(extract(epoch FROM last_archived_time), 0) FROM pg_stat_archiver").then(Number),
    (archived) => archived > written,
    60,
  );
  await eventually(copied, (time) => time > written + 40, 120);
  const objects = await server.objects(bucket);
  expect(objects).toContain(`${environment}/acme/database/backup/main/backup.info`);
  expect(objects.some((path) => path.startsWith(`${environment}/acme/files/snapshots/`))).toBe(true);
});

it("is done by a container that can change nothing here, and whose credential only its file has", async () => {
  const { Config, HostConfig, Mounts } = await engine.getContainer(shipper).inspect();
  const mounted = Mounts.map(({ Name, RW }) => `${Name}${RW ? "" : " ro"}`).sort();
  expect(mounted).toEqual([`${environment}-shipper-figures`, `${configVolume} ro`, `${repository} ro`].sort());
  expect(HostConfig.CapDrop).toEqual(["ALL"]);
  const shown = JSON.stringify([Config, HostConfig, await engine.getContainer(shipper).top()]);
  expect(shown).not.toContain(secret);
  expect((await execIn(shipper, ["cat", "/etc/odoo-fleet/rclone.conf"])).output).toContain(secret);
});

it("gives a tenant back whose backups are gone from its host", async () => {
  const ownerOf = async (service: string, folder: string): Promise<string> =>
    (
      await execIn(container(service), ["stat", "-c", "%u:%g", `/var/lib/odoo-fleet/repository/${folder}`])
    ).output.trim();
  const owners = { database: await ownerOf("postgres", "database"), files: await ownerOf("files", "files") };
  const others = ["odoo", "backup", "files"].map((service) => engine.getContainer(container(service)));
  await Promise.all(others.map((one) => one.stop()));
  // Nothing is written any more: what is archived now, and copied after that, is everything.
  await ask("SELECT pg_switch_wal()");
  await eventually(
    () => ask("SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"),
    (waiting) => waiting === "0",
  );
  const now = Math.floor(Date.now() / 1000);
  await eventually(copied, (time) => time > now, 90);
  const script = `rm -rf /to/*
rclone --config /etc/odoo-fleet/rclone.conf --ca-cert /etc/odoo-fleet/ca.pem copy target:${bucket}/${environment}/acme /to
chown -R ${owners.database} /to/database
chown -R ${owners.files} /to/files`;
  const mounts = ["--volume", `${configVolume}:/etc/odoo-fleet:ro`, "--volume", `${repository}:/to`];
  const options = ["--rm", "--user", "root", "--network", "host", ...mounts, "--entrypoint", "sh"];
  await docker("run", ...options, baseImages().rclone, "-ec", script);

  const before = await ask("SELECT to_char(clock_timestamp() AT TIME ZONE 'utc', 'YYYY-MM-DD HH24:MI:SS.US')");
  await ask("DELETE FROM marks");
  await Promise.all(others.map((one) => one.start()));
  await project.must("restore", "--tenant", "acme", "--at", before);
  await eventually(
    () => statusOf(`${url}/web/login`),
    (status) => status === 200,
  );
  expect(await ask("SELECT what FROM marks")).toBe("late");
  expect(await new OdooClient(url).login("acme", "admin", password)).toBe(2);
});
