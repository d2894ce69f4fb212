/** Drills from the copies off the host, by the portal's helper and what copies its backups, on a real PostgreSQL and a real S3 server. */
import { readFileSync } from "node:fs";
import { drillFolder } from "../../components/backup/drillConf";
import { rcloneFiles } from "../../components/backup/rcloneConf";
import { schemaQuery } from "../../components/portal/schemaQuery";
import { type Offsite, remotePath, shipperLimits } from "../../fleet/offsite";
import { configFolder, copiesFolder, figuresFolder, repositoriesFolder, repositoryFolder } from "../../fleet/security";
import { ImageSandbox } from "../support/customImages";
import { baseImages, type Container, docker } from "../support/imagesSandbox";
import { eventually } from "../support/odooClient";
import { PortalDatabase } from "../support/portalDatabase";
import { proof } from "../support/proof";
import { type S3Key, S3Server } from "../support/s3Server";

const sandbox = new ImageSandbox();
const own = new PortalDatabase("offsite", sandbox);
const server = new S3Server();
const bucket = "copies";
const keysPath = "_keys/local.age";
const copies = own.portal.names.drillCopiesVolume;
let key: S3Key;
let helper: Container;
let shipper: Container;

/** What copies the portal's backups, hardened as the component has it, with seconds in place of minutes. */
function ship(place = `--volume=${copies}:${copiesFolder}/portal`): Promise<Container> {
  const offsite: Offsite = {
    target: { kind: "s3", endpoint: server.endpoint, region: "us-east-1", bucket, accessKeyId: key.id },
    folder: "dev",
    certificate: server.certificate,
    lock: { days: 1 },
  };
  const program = readFileSync("images/shipper/odoo-fleet-ship", "utf8");
  const files = { ...rcloneFiles(offsite, { secretAccessKey: key.secret }), ship: program, "keys.age": "the keys" };
  return sandbox.start({
    image: baseImages().rclone,
    options: [
      ...["--entrypoint=sh", "--user=root", "--cap-drop=ALL", "--cap-add=DAC_OVERRIDE"],
      ...["--security-opt=no-new-privileges", `--memory=${shipperLimits.memoryMiB}m`, `--volume=${figuresFolder}`],
      `--volume=${own.repository.name}:${repositoriesFolder}/portal:ro`,
      place,
    ],
    env: { SHIP_TO: remotePath(offsite), SHIP_KEYS: keysPath, SHIP_PAUSE: "1", SHIP_PATIENCE: "5" },
    files: Object.fromEntries(Object.entries(files).map(([file, content]) => [`${configFolder}/${file}`, { content }])),
    command: [`${configFolder}/ship`],
  });
}

/** What a drill from the copies says, whatever comes of it. */
const drill = (): Promise<string> => helper.shell("odoo-fleet-backup drill offsite 2>&1 || true");
const outcome = (): Promise<string> =>
  own.ask("SELECT last_success IS NOT NULL, coalesce(fault, '') FROM odoo_fleet.drill WHERE copy = 'offsite'");
const figures = (): Promise<string> =>
  helper.shell("odoo-fleet-backup figures | grep '^odoo_fleet_drill.*offsite' | sort");
const left = (): Promise<string> => shipper.shell(`ls -A ${copiesFolder}/portal`);

beforeAll(async () => {
  await server.start();
  await server.makeBucket(bucket, 1);
  key = await server.makeUser(bucket);
  await own.prepare();
  await own.start();
  await own.ask("CREATE TABLE kysely_migration AS SELECT n AS name FROM generate_series(1, 17) AS n");
  shipper = await ship();
  helper = await own.startHelper(true);
  await helper.until(`[ -s ${repositoryFolder}/database.time ] && [ -e ${repositoryFolder}/drill.tried ]`);
});

afterAll(async () => {
  await sandbox.clean();
  await own.clean();
  await server.clean();
  await docker("volume", "rm", "--force", copies);
});

it("is made by itself in its turn, of what was written until then, reads nothing of the host's, and leaves nothing", async () => {
  expect(await figures()).toMatch(
    /duration_seconds\{copy="offsite"\} 0\n.*failed\{copy="offsite"\} 0\n.*\{copy="offsite"\} 0$/,
  );
  await own.ask("INSERT INTO kysely_migration VALUES (18)");
  // As after the host's own first one, and after the periods that its turn gives it.
  await helper.shell(
    `cd ${repositoryFolder}; echo "$(date +%s) 1" >drill.proven; touch -d '40 days ago' offsite.begun`,
  );
  await helper.until(`[ -s ${repositoryFolder}/offsite.proven ]`);
  const logs = await helper.logs();
  expect(logs).toContain(`opened: every row was read, and ${schemaQuery} says: 18`);
  expect(logs).toMatch(/restored and proven in \d+ s, from the copies off the host/);
  expect(await eventually(outcome, (said) => said.startsWith("t"))).toBe("t|");
  expect(await figures()).toMatch(/drill_failed\{copy="offsite"\} 0\n.*\{copy="offsite"\} \d{10}$/);
  expect(await helper.shell(`ls -A ${drillFolder}`)).toBe("");
  await eventually(left, (files) => files === "");
});

describe("fails though the host's own backups are whole, and says why:", () => {
  const backups = "dev/portal/database/backup/main";
  const manifests = `${backups}/*F/backup.manifest ${backups}/*F/backup.manifest.copy`;

  /** Makes a drill while something is wrong with the target. */
  async function failsWith(why: RegExp, fault: string, repair: string, folder = bucket): Promise<void> {
    await server.damage(folder, fault);
    try {
      expect(await drill()).toContain("the drill failed");
      expect(await outcome()).toMatch(why);
      expect(await figures()).toContain('drill_failed{copy="offsite"} 1');
    } finally {
      await server.damage(folder, repair);
    }
    await eventually(left, (files) => files === "");
  }

  proof("a copy was altered", async () => {
    const fault = `for f in ${manifests}; do cp -a $f /tmp; printf broken | dd of=$f bs=1 seek=64 conv=notrunc status=none; done`;
    await failsWith(
      /^t\|.*(md5 hash differ|checksum)/,
      fault,
      `for f in ${manifests}; do cat /tmp/\${f##*/} >$f; done`,
    );
  });

  proof("a file is missing", async () => {
    await failsWith(
      /missing/,
      `mv ${backups}/*F/bundle /tmp/bundle`,
      `for d in ${backups}/*F; do mv /tmp/bundle $d; done`,
    );
  });

  proof("the keys in escrow are others", async () => {
    const why = /_keys\/local.age on the target isn't what was copied there/;
    await failsWith(
      why,
      `cp -a dev/${keysPath} /tmp/keys; echo others >dev/${keysPath}`,
      `cat /tmp/keys >dev/${keysPath}`,
    );
  });

  proof("the target is away", async () => {
    const why = /the copies off the host can't be read: what is new isn't on the target/;
    await failsWith(why, `mv ${bucket} away`, `mv away ${bucket}`, ".");
  });

  it("the container -shipper is dead, or the disk has no room", async () => {
    await docker("stop", "--time", "1", shipper.id);
    expect(await drill()).toContain("the drill failed");
    expect(await outcome()).toMatch(/the container -shipper has said nothing for 12 seconds/);

    const small = await ship(`--tmpfs=${copiesFolder}/portal:size=64m`);
    await helper.shell(`echo asked >${repositoryFolder}/offsite.request`);
    const refused = "failed the disk has no room for them: 6[0-9] MiB are free, and they need 1[0-9]{3}";
    await small.until(`grep -E '${refused}' ${copiesFolder}/portal/answer`);
    await helper.shell(`rm ${repositoryFolder}/offsite.request`);
    await docker("rm", "--force", small.id);
    await docker("start", shipper.id);
  });
});

proof("is proven again once everything is there, which clears the fault", async () => {
  expect(await drill()).toMatch(/restored and proven in \d+ s, from the copies off the host/);
  expect(await outcome()).toBe("t|");
});
