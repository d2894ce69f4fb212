/** What backs up what a host's own services keep, and the restore from it: its image, on volumes as the services have them. */
import Docker from "dockerode";
import { snapshotsImageSpec } from "../../../components/host/imageSpec";
import { restoreServiceData } from "../../../components/restore/serviceData";
import { snapshotsNames } from "../../../fleet/names";
import {
  configFolder,
  repositoryFolder,
  scratchFolder,
  servicesFolder,
  snapshotFiguresFolder,
} from "../../../fleet/security";
import { snapshotsLimits } from "../../../fleet/sharedLimits";
import type { KeepingService } from "../../../fleet/snapshots";
import { bases, hardened, ImageSandbox, readable } from "../../support/customImages";
import { type Container, docker } from "../../support/imagesSandbox";
import { eventually } from "../../support/odooClient";

const sandbox = new ImageSandbox();
const environment = `test-snapshots-${process.pid}`;
const names = snapshotsNames(environment);
const volumes = { edge: `${environment}-edge-data`, grafana: `${environment}-grafana-data` };
const certificate = "caddy/certificates/authority/acme.example/acme.example.key";
let image: string;
let services: Container;
let helper: Container;

/** The services' own volumes, and a process that writes to the database all the time, as Grafana's user. */
async function startServices(): Promise<Container> {
  const container = await sandbox.start({
    image,
    options: [
      ...["--user=root", "--entrypoint=sh", "--network=none"],
      ...Object.entries(volumes).map(([service, volume]) => `--volume=${volume}:${servicesFolder}/${service}`),
      `--volume=${names.repositoryVolume}:${repositoryFolder}`,
    ],
    command: [
      "-ec",
      `cd ${servicesFolder}
      mkdir -p edge/${certificate.replace(/\/[^/]*$/, "")} edge/caddy/locks
      echo key-of-acme >edge/${certificate}
      chown -R nginx:nginx edge; chmod 0600 edge/${certificate}
      chown 472:0 grafana
      setpriv --reuid 472 --regid 0 --clear-groups sqlite3 grafana/grafana.db 'CREATE TABLE IF NOT EXISTS a (n); CREATE TABLE IF NOT EXISTS b (n);'
      touch /ready
      while :; do
        setpriv --reuid 472 --regid 0 --clear-groups sqlite3 grafana/grafana.db '.timeout 10000' \\
          'BEGIN; INSERT INTO a VALUES (randomblob(20000)); INSERT INTO b VALUES (randomblob(20000)); COMMIT;'
      done`,
    ],
  });
  await container.until("[ -e /ready ]");
  return container;
}

/** Starts it as the component does. */
async function startHelper(): Promise<Container> {
  return sandbox.start({
    image,
    options: [
      ...hardened("root"),
      ...["--cap-add=DAC_OVERRIDE", "--network=none", `--memory=${snapshotsLimits.memoryMiB}m`],
      "--tmpfs=/tmp:mode=1777,size=16m",
      ...Object.entries(volumes).map(([service, volume]) => `--volume=${volume}:${servicesFolder}/${service}:ro`),
      `--volume=${names.repositoryVolume}:${repositoryFolder}`,
      `--volume=${names.scratchVolume}:${scratchFolder}`,
      `--volume=${names.figuresVolume}:${snapshotFiguresFolder}`,
      `--volume=${names.configVolume}:${configFolder}:ro`,
    ],
    env: { SNAPSHOTS_LOOK: "1" },
  });
}

/** Restores a service's data, while nothing runs on it. */
function restore(service: KeepingService, at?: number): Promise<string> {
  return restoreServiceData({
    ...{ engine: new Docker(), environment, image, service, volume: volumes[service as "edge" | "grafana"], at },
    signal: AbortSignal.timeout(60_000),
    binds: [`${names.configVolume}:${configFolder}:ro`],
  });
}

const figures = (): Promise<string> => helper.shell(`cat ${snapshotFiguresFolder}/snapshots.prom`);

beforeAll(async () => {
  image = await sandbox.build(snapshotsImageSpec(bases(), ""));
  const own = [names.repositoryVolume, names.scratchVolume, names.figuresVolume, names.configVolume];
  for (const volume of [...own, ...Object.values(volumes)]) {
    await docker("volume", "create", "--label", "odoo-fleet.test=images", volume);
  }
  await sandbox.fill(image, names.configVolume, configFolder, { "restic-password": readable("of-a-test") });
  services = await startServices();
  helper = await startHelper();
}, 120_000);

afterAll(async () => {
  await sandbox.clean();
  const own = [names.repositoryVolume, names.scratchVolume, names.figuresVolume, names.configVolume];
  await Promise.allSettled([...own, ...Object.values(volumes)].map((name) => docker("volume", "rm", "--force", name)));
  await sandbox.forgetImages();
});

test("backs up what is there, proves that it can be restored, and tells both to nobody, who reads the figures", async () => {
  await helper.until(`grep -q proof_timestamp ${snapshotFiguresFolder}/snapshots.prom`, 60);
  const told = await docker(
    ...["run", "--rm", "--user=65534:65534", "--network=none", "--entrypoint=cat"],
    ...[`--volume=${names.figuresVolume}:/figures:ro`, image, "/figures/snapshots.prom"],
  );
  expect(told).toMatch(/^odoo_fleet_snapshots_last_success_timestamp_seconds \d{10}$/m);
  expect(told).toMatch(/^odoo_fleet_snapshots_proof_failed 0$/m);
  await helper.exec("odoo-fleet-snapshots", "healthy");
  // Another snapshot may be under way: the first one saw files that were a second old.
  await helper.until(`[ -z "$(ls ${scratchFolder})" ]`);
});

test("can't change what it backs up", async () => {
  await expect(helper.shell(`echo other >${servicesFolder}/edge/${certificate}`)).rejects.toThrow(/Read-only/);
});

test("a new certificate is in a snapshot at once, a lock isn't", async () => {
  const list = (): Promise<string> =>
    helper.shell(
      `RESTIC_REPOSITORY=${repositoryFolder}/files RESTIC_PASSWORD_FILE=${configFolder}/restic-password restic ls --no-cache --no-lock --quiet latest`,
    );
  await services.shell(`echo x >${servicesFolder}/edge/caddy/locks/x; echo new >${servicesFolder}/edge/caddy/new.crt`);
  const listed = await eventually(list, (paths) => paths.includes("/services/edge/caddy/new.crt"), 30);
  expect(listed).not.toContain("caddy/locks");
  expect(listed).not.toContain("grafana.db");
  expect(listed).toContain("/scratch/databases/grafana.sqlite");
});

test("restores the newest: who may read what, and a database that isn't half of a write", async () => {
  await helper.exec("odoo-fleet-snapshots", "now");
  const at = Math.floor(Date.now() / 1000);
  await docker("stop", "--time=0", services.id, helper.id);
  const clear = `rm -rf ${servicesFolder}/edge/caddy; echo broken >${servicesFolder}/grafana/grafana.db`;
  const binds = Object.entries(volumes).map(([service, volume]) => `--volume=${volume}:${servicesFolder}/${service}`);
  const look = (script: string): Promise<string> =>
    docker("run", "--rm", "--network=none", "--user=root", "--entrypoint=sh", ...binds, image, "-ec", script);
  await look(clear);

  expect(await restore("edge")).toMatch(/^edge is as it was at \d{4}-\d{2}-\d{2} [\d:]{8} UTC$/);
  expect(await restore("grafana", at)).toMatch(/^grafana is as it was at/);
  expect(await look(`cat ${servicesFolder}/edge/${certificate}`)).toBe("key-of-acme");
  expect(await look(`stat -c '%U %a' ${servicesFolder}/edge/${certificate}`)).toBe("nginx 600");
  expect(await look(`stat -c '%u %g' ${servicesFolder}/grafana ${servicesFolder}/grafana/grafana.db`)).toBe(
    "472 0\n472 0",
  );
  const asked = "PRAGMA integrity_check; SELECT (SELECT count(*) FROM a) = (SELECT count(*) FROM b);";
  expect(await look(`sqlite3 ${servicesFolder}/grafana/grafana.db '${asked}'`)).toBe("ok\n1");
});

test("of a time before the first snapshot, or of a service that had nothing, it says so and changes nothing", async () => {
  await expect(restore("edge", 1_700_000_000)).rejects.toThrow(/no snapshot as old as 2023-11-14 22:13 UTC/);
  await expect(
    restoreServiceData({
      ...{ engine: new Docker(), environment, image, service: "alertmanager", volume: volumes.edge },
      signal: AbortSignal.timeout(60_000),
      binds: [`${names.configVolume}:${configFolder}:ro`],
    }),
  ).rejects.toThrow(/the snapshot has nothing of alertmanager/);
  await docker("start", services.id);
  expect(await services.shell(`cat ${servicesFolder}/edge/caddy/new.crt`)).toBe("new");
});

test("a damaged repository fails the proof, which says why, and the figures tell", async () => {
  await services.shell(
    `rm -f ${repositoryFolder}/proof.time; find ${repositoryFolder}/files/data -type f | while read -r pack; do echo damaged >"$pack"; done`,
  );
  await docker("start", helper.id);
  await helper.until(`grep -q 'proof_failed 1' ${snapshotFiguresFolder}/snapshots.prom`, 60);
  expect(await helper.logs()).toMatch(/couldn't be restored and proven/);
  expect(await figures()).not.toContain("proof_timestamp");
});
