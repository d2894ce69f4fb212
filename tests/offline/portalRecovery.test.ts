/** The portal's database, backed up and copied to a real S3 server by what the portal and its host have for that, and recovered once its volumes are gone. */
import { readFileSync } from "node:fs";
import { rcloneFiles } from "../../components/backup/rcloneConf";
import { recoverPortal, type RecoveryTools } from "../../components/restore/recoverData";
import { type Offsite, remotePath } from "../../fleet/offsite";
import { configFolder, repositoriesFolder, repositoryFolder } from "../../fleet/security";
import { refuseLiving } from "../../tools/recover/recovery";
import { ImageSandbox } from "../support/customImages";
import { docker } from "../support/imagesSandbox";
import { eventually } from "../support/odooClient";
import { PortalDatabase } from "../support/portalDatabase";
import { S3Server } from "../support/s3Server";

const sandbox = new ImageSandbox();
const own = new PortalDatabase("back", sandbox);
const { environment, engine, host, portal, database, repository, keys } = own;
const server = new S3Server();
let tools: RecoveryTools;

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
  await own.prepare();
});

afterAll(async () => {
  await sandbox.clean();
  await server.clean();
  await own.clean();
});

it("comes back whole, with all that was archived and copied, and is refused where it isn't gone", async () => {
  const first = await own.start();
  await own.ask("CREATE TABLE orders (what text)");
  const helper = await own.startHelper();
  await helper.until(`[ -s ${repositoryFolder}/database.time ]`);
  // What was ordered after the backup is in the archive alone.
  await own.ask("INSERT INTO orders VALUES ('late')");
  await own.ask("SELECT pg_switch_wal()");
  await eventually(
    () => own.ask("SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"),
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
  await expect(refuseLiving(engine, host, { tenants: [], portal, services: [] })).rejects.toThrow(
    /host local isn't gone: it has the volume/,
  );

  await docker("rm", "--force", shipper.id, helper.id, first.id);
  await docker("volume", "rm", database.name, repository.name);
  await refuseLiving(engine, host, { tenants: [], portal, services: [] });
  const said: string[] = [];
  await recoverPortal(tools, portal, { stackId: "id-of-stack", keys, say: (text) => said.push(text) });
  expect(said.join("\n")).toMatch(
    /copying its backups back[^]*restoring the newest there is[^]*checksum of every page/,
  );
  const { Labels } = await engine.getVolume(database.name).inspect();
  expect(Labels).toMatchObject({ "odoo-fleet.tenant": "portal", "odoo-fleet.stack-id": "id-of-stack" });
  await own.start();
  expect(await own.ask("SELECT what FROM orders")).toBe("late");
});
