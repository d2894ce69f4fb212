/** The portal's database, drilled by what backs it up, on a real PostgreSQL. */
import { drillFolder } from "../../components/backup/drillConf";
import { psql } from "../../components/host/psql";
import { offerScript } from "../../components/password/offer";
import { schemaQuery } from "../../components/portal/schemaQuery";
import { repositoryFolder } from "../../fleet/security";
import { ImageSandbox } from "../support/customImages";
import { type Container, docker } from "../support/imagesSandbox";
import { eventually } from "../support/odooClient";
import { PortalDatabase } from "../support/portalDatabase";

const sandbox = new ImageSandbox();
const own = new PortalDatabase("drill", sandbox);
let postgres: Container;
let helper: Container;

/** What a drill says, whatever comes of it. */
const drill = (): Promise<string> => helper.shell("odoo-fleet-backup drill 2>&1 || true");
/** The figures that monitoring reads, by name. */
const figures = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await helper.exec("odoo-fleet-backup", "figures"))
      .split("\n")
      .map((line) => /^(odoo_fleet_drill_\w+)\{copy="local"\} (\d+)$/.exec(line))
      .flatMap((found) => (found ? [[found[1]!.replace("odoo_fleet_drill_", ""), Number(found[2])]] : [])),
  );
const left = (): Promise<string> => helper.shell(`ls -A ${drillFolder}`);
const outcome = (): Promise<string> =>
  own.ask("SELECT last_success IS NOT NULL, coalesce(fault, '') FROM odoo_fleet.drill WHERE copy = 'local'");

beforeAll(async () => {
  await own.prepare();
  postgres = await own.start();
  // As Kysely notes what it has carried out.
  await own.ask("CREATE TABLE kysely_migration (name text PRIMARY KEY, timestamp text)");
  await own.ask("INSERT INTO kysely_migration SELECT n, now() FROM generate_series(1, 17) AS n");
  await own.ask(
    "CREATE TABLE invoice AS SELECT n AS number, repeat(md5(n::text), 20) AS lines FROM generate_series(1, 5000) AS n",
  );
  helper = await own.startHelper();
});

afterAll(async () => {
  await sandbox.clean();
  await own.clean();
});

it("is proven by itself once it is due, without files, and nothing of it is left", async () => {
  await helper.until(`[ -s ${repositoryFolder}/database.time ] && [ -e ${repositoryFolder}/drill.tried ]`);
  expect(await figures()).toEqual({ last_success_timestamp_seconds: 0, duration_seconds: 0, failed: 0 });
  await own.ask("INSERT INTO invoice VALUES (0, 'since the backup')");
  // As an hour later.
  await helper.shell(`touch -d '7 hours ago' ${repositoryFolder}/drill.tried`);
  await helper.until(`[ -s ${repositoryFolder}/drill.proven ]`);
  const logs = await helper.logs();
  expect(logs).toMatch(/checked: tables, indexes and the checksum of every page/);
  expect(logs).toContain(`opened: every row was read, and ${schemaQuery} says: 17`);
  const { last_success_timestamp_seconds: proven, failed } = await figures();
  expect([Date.now() / 1000 - proven! < 120, failed]).toEqual([true, 0]);
  expect(await eventually(outcome, (said) => said.startsWith("t"))).toBe("t|");
  expect(await left()).toBe("");
});

it("fails on a damaged backup, and says so to who watches", async () => {
  const { last_success_timestamp_seconds: proven } = await figures();
  // The list of what is in it. Of a file in it pgBackRest tries each twice more, which takes half a minute: tests/e2e/backup/drills.ts.
  const list = `${repositoryFolder}/database/backup/main/latest/backup.manifest`;
  const damage = `m=$(($(stat -c %s "$f") / 2)); printf broken | dd of="$f" bs=1 seek=$m conv=notrunc status=none`;
  await helper.shell(`for f in ${list} ${list}.copy; do chmod u+w "$f"; cp "$f" "$f.whole"; ${damage}; done`);
  expect(await drill()).toContain("the drill failed");
  expect(await figures()).toMatchObject({ last_success_timestamp_seconds: proven, failed: 1 });
  expect(await outcome()).toMatch(/^t\|.*(checksum|unable to|invalid|decrypt|error)/i);
  expect(await left()).toBe("");
  await helper.shell(`for f in ${list} ${list}.copy; do mv "$f.whole" "$f"; done`);
});

it("fails on a database that isn't a portal's", async () => {
  await own.ask("ALTER TABLE kysely_migration RENAME TO gone");
  expect(await drill()).toContain("the drill failed");
  expect(await outcome()).toMatch(/^t\|odoo-fleet: the restored database lacks what it is for: .*does not exist/);
  await own.ask("ALTER TABLE gone RENAME TO kysely_migration");
});

it("leaves nothing of one that was killed with its container, and is proven again", async () => {
  await docker("exec", "--detach", helper.id, "odoo-fleet-backup", "drill");
  await helper.until(`[ -e ${drillFolder}/database/PG_VERSION ]`);
  await docker("kill", helper.id);
  await docker("start", helper.id);
  await eventually(left, (files) => files === "", 10);
  expect(await drill()).toMatch(/restored and proven in \d+ s/);
  expect([(await figures())["failed"], await outcome()]).toEqual([0, "t|"]);
});

it("tells monitoring of itself while links for passwords are put beside it", async () => {
  await own.ask("CREATE ROLE monitoring");
  const offer = offerScript({ tokenHash: "0".repeat(64), until: new Date("2027-01-01") }, "password");
  const socket = ["env", "PGHOST=/etc/odoo-fleet/socket", "PGUSER=postgres"];
  const telling = helper.shell(
    `export ${socket.slice(1).join(" ")}
    eval "$(sed -n '/^schema=/,/"$/p' "$(command -v odoo-fleet-backup)")"
    for n in $(seq 40); do psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 -d ${own.portal.database} -c "$schema" >/dev/null || exit; done`,
  );
  let isOver = false;
  const [, offers] = await Promise.all([
    telling.finally(() => (isOver = true)),
    (async () => {
      let count = 0;
      for (; !isOver; count++) {
        await helper.exec(...socket, ...psql(own.portal.database, offer));
      }
      return count;
    })(),
  ]);
  expect(offers).toBeGreaterThan(3);
});

it("is backed up at once where its cluster was made anew beside the backups of the one before, and not when the next one is due", async () => {
  const info = "pgbackrest --config=/etc/odoo-fleet/pgbackrest.conf --stanza=main info --output=json";
  const clusters = async (): Promise<number[]> => {
    const [{ backup }] = JSON.parse(await helper.shell(info)) as [{ backup: { database: { id: number } }[] }];
    return backup.map(({ database }) => database.id);
  };
  const before = await clusters();
  await docker("stop", postgres.id);
  const wipe = ["--volume", `${own.database.name}:/data`, "--entrypoint=sh", own.image.name, "-c", "rm -rf /data/*"];
  await docker("run", "--rm", "--user=0", ...wipe);
  await docker("start", postgres.id);
  await eventually(clusters, (ids) => ids.length > before.length);
  expect(await clusters()).toEqual([...before, 2]);
  // What was proven is the one before.
  expect(await figures()).toMatchObject({ last_success_timestamp_seconds: 0 });
  // A helper that starts anew looks into the repository.
  await docker("restart", helper.id);
  await helper.until(`[ -s ${repositoryFolder}/database.time ]`);
  expect(await clusters()).toEqual([...before, 2]);
});
