/** The portal's database, backed up and copied to a real S3 server by what the portal and its host have for that, and recovered once its volumes are gone. */
import { readFileSync } from "node:fs";
import Docker from "dockerode";
import { renderPgbackrestConf } from "../../components/backup/pgbackrestConf";
import { rcloneFiles } from "../../components/backup/rcloneConf";
import { postgresImageSpec } from "../../components/host/imageSpec";
import { postgresDataPaths, renderPgHba, renderPostgresConf } from "../../components/tenant/config/postgresConf";
import { createVolumes } from "../../components/tenant/createVolumes";
import { repositoryKeys } from "../../components/tenant/derivedSecrets";
import { resolveFleet } from "../../fleet";
import { type Offsite, remotePath } from "../../fleet/offsite";
import { configFolder, repositoriesFolder, repositoryFolder } from "../../fleet/security";
import { buildImage } from "../../components/host/buildImages";
import { portalVolumes, recoverPortal, type RecoveryTools } from "../../components/restore/recoverData";
import { refuseLiving } from "../../tools/recover/recovery";
import { baseImages } from "../support/cliStack";
import { hardened, ImageSandbox, readable } from "../support/customImages";
import { type Container, docker } from "../support/imagesSandbox";
import { eventually } from "../support/odooClient";
import { S3Server } from "../support/s3Server";

const environment = `test-portal-back-${process.pid}`;
const fleet = resolveFleet(
  {
    ...baseImages(),
    hosts: { local: {} },
    edge: { domain: "localhost", certificates: "internal" },
    portal: {
      slots: { local: { from: 500, to: 509 } },
      plans: { starter: { price: 2900, currency: "EUR" } },
      mail: { smtp: "smtp.example.com:587", from: "portal@example.com" },
    },
  },
  environment,
);
const portal = fleet.portal!;
const host = fleet.hosts["local"]!;
const engine = new Docker();
const paths = postgresDataPaths(portal.postgresVersion);
const keys = repositoryKeys("what both keys follow from");
const { database, repository } = portalVolumes(portal);
const image = postgresImageSpec(portal.baseImages.postgres, portal.postgresVersion, "");
const server = new S3Server();
const sandbox = new ImageSandbox();
let config: string;
let tools: RecoveryTools;

const env = { PGDATA: paths.data, ODOO_DATABASE: portal.database };
const volumes = (isRead = false): string[] => [
  `--volume=${database.name}:${paths.mount}${isRead ? ":ro" : ""}`,
  `--volume=${repository.name}:${repositoryFolder}`,
  `--volume=${config}:${configFolder}`,
];

/** Starts PostgreSQL as the portal has it. */
async function start(): Promise<Container> {
  const tmpfs = ["--tmpfs=/tmp:mode=1777", "--tmpfs=/var/run/postgresql:mode=1777"];
  const options = [...hardened("postgres"), "--stop-signal=SIGINT", "--network=none", ...tmpfs, ...volumes()];
  return sandbox.start({ image: image.name, env, options });
}

const ask = (postgres: Container, sql: string): Promise<string> =>
  postgres.shell(`psql -X -At -h ${configFolder}/socket -U postgres -d ${portal.database} -c "${sql}"`);

beforeAll(async () => {
  await server.start();
  await server.makeBucket("copies", 1);
  const key = await server.makeUser("copies");
  const offsite: Offsite = {
    target: { kind: "s3", endpoint: server.endpoint, region: "us-east-1", bucket: "copies", accessKeyId: key.id },
    ...{ folder: environment, certificate: server.certificate, lock: { days: 1 } },
  };
  const copies = { offsite, secret: { secretAccessKey: key.secret } };
  tools = { engine, environment, host, copies, signal: new AbortController().signal };
  await buildImage(engine, host, image);
  await createVolumes(engine, environment, "id-of-stack", portal, [database, repository]);
  config = await sandbox.volume();
  const files = {
    "postgresql.conf": renderPostgresConf(portal.sizing.postgres),
    "pg_hba.conf": renderPgHba({ database: portal.database, role: "odoo", odooAddress: portal.addresses.odooInternal }),
    "pgbackrest.conf": renderPgbackrestConf({ dataFolder: paths.data, cipherKey: keys.databaseKey }),
    "role-password": "the role's own",
  };
  const readables = Object.entries(files).map(([name, content]) => [name, readable(content)] as const);
  await sandbox.fill(image.name, config, configFolder, Object.fromEntries(readables));
});

afterAll(async () => {
  await sandbox.clean();
  await server.clean();
  await docker("volume", "rm", "--force", database.name, repository.name);
});

it("comes back whole, with all that was archived and copied, and is refused where it isn't gone", async () => {
  const first = await start();
  await eventually(
    () => ask(first, "SELECT 1").catch(() => ""),
    (one) => one === "1",
    60,
  );
  await ask(first, "CREATE TABLE orders (what text)");
  const helper = {
    ...{ ...env, BACKUP_EVERY: "86400", BACKUP_KEEP_DAYS: "7", BACKUP_KEEP_ARCHIVES: "8" },
    ...{ BACKUP_DRILL_EVERY: "604800", DRILL_MEMORY_MIB: "480" },
  };
  const variables = Object.entries(helper).map(([name, value]) => `--env=${name}=${value}`);
  const options = [
    "--entrypoint=odoo-fleet-backup",
    ...hardened("postgres"),
    "--network=none",
    "--tmpfs=/tmp:mode=1777",
  ];
  await docker("run", "--rm", ...options, ...variables, ...volumes(true), image.name, "now");
  // What was ordered after the backup is in the archive alone.
  await ask(first, "INSERT INTO orders VALUES ('late')");
  await ask(first, "SELECT pg_switch_wal()");
  await eventually(
    () => ask(first, "SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"),
    (waiting) => waiting === "0",
  );
  const { offsite, secret } = tools.copies;
  const program = readFileSync("images/shipper/odoo-fleet-ship", "utf8");
  const shipped = Object.entries({ ...rcloneFiles(offsite, secret), ship: program });
  const shipper = await sandbox.start({
    image: host.images.rclone,
    options: ["--entrypoint=sh", "--user=root", `--volume=${repository.name}:${repositoriesFolder}/portal:ro`],
    env: { SHIP_TO: remotePath(offsite), SHIP_PAUSE: "1", SHIP_ALONE: "1" },
    files: Object.fromEntries(shipped.map(([file, content]) => [`${configFolder}/${file}`, { content }])),
    command: [`${configFolder}/ship`],
  });
  await eventually(
    () => shipper.shell(`sh ${configFolder}/ship healthy`),
    (told) => told.includes("success"),
    90,
  );
  await expect(refuseLiving(engine, host, [], portal)).rejects.toThrow(/host local isn't gone: it has the volume/);

  await docker("rm", "--force", shipper.id, first.id);
  await docker("volume", "rm", database.name, repository.name);
  await refuseLiving(engine, host, [], portal);
  const said: string[] = [];
  await recoverPortal(tools, portal, { stackId: "id-of-stack", keys, say: (text) => said.push(text) });
  expect(said.join("\n")).toMatch(
    /copying its backups back[^]*restoring the newest there is[^]*checksum of every page/,
  );
  const { Labels } = await engine.getVolume(database.name).inspect();
  expect(Labels).toMatchObject({ "odoo-fleet.tenant": "portal", "odoo-fleet.stack-id": "id-of-stack" });
  const second = await start();
  const orders = await eventually(
    () => ask(second, "SELECT what FROM orders").catch(() => ""),
    (found) => found !== "",
    60,
  );
  expect(orders).toBe("late");
});
