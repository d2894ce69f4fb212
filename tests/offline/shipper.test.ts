/** What copies backups off a host, against a real S3 server: rclone's image with the program that the component gives it. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import Docker from "dockerode";
import { rcloneFiles } from "../../components/backup/rcloneConf";
import { tenantNames } from "../../fleet/names";
import { type Offsite, ownShipperLimits, remotePath, shipperLimits } from "../../fleet/offsite";
import type { OffsiteSecret } from "../../fleet/offsiteChecks";
import { configFolder, figuresFolder, repositoriesFolder } from "../../fleet/security";
import type { Host } from "../../fleet/types";
import { copyBack, type CopyBack, type Copies, readCopied, writeCopied } from "../../components/restore/offsite";
import { baseImages, type Container, docker, Sandbox } from "../support/imagesSandbox";
import { eventually } from "../support/odooClient";
import { type S3Key, S3Server } from "../support/s3Server";

const server = new S3Server();
const sandbox = new Sandbox();
const bucket = "copies";
const volumes = ["acme", "globex", "portal"].map((tenant) => `shipper-test-${process.pid}-${tenant}`);
const volumeBack = `shipper-test-${process.pid}-back`;
const program = readFileSync("images/shipper/odoo-fleet-ship", "utf8");
let key: S3Key;
let shipper: Container;
let writer: Container;

/** Starts what copies, hardened as the component has it. */
async function ship(
  change: Partial<Offsite> = {},
  secret: OffsiteSecret = { secretAccessKey: key.secret },
  alone?: string,
  keys?: string,
): Promise<Container> {
  const offsite: Offsite = {
    target: { kind: "s3", endpoint: server.endpoint, region: "us-east-1", bucket, accessKeyId: key.id },
    folder: "dev",
    certificate: server.certificate,
    lock: { days: 1 },
    ...change,
  };
  const files = { ...rcloneFiles(offsite, secret), ship: program, ...(keys !== undefined && { "keys.age": keys }) };
  const tenants = alone === undefined ? ["acme", "globex"] : [alone];
  const mounts = tenants.map(
    (tenant) => `--volume=shipper-test-${process.pid}-${tenant}:${repositoriesFolder}/${tenant}:ro`,
  );
  const { memoryMiB } = alone === undefined ? shipperLimits : ownShipperLimits;
  return sandbox.start({
    image: baseImages().rclone,
    options: [
      ...[
        "--entrypoint=sh",
        "--user=root",
        "--cap-drop=ALL",
        "--cap-add=DAC_OVERRIDE",
        "--security-opt=no-new-privileges",
      ],
      ...[`--volume=${figuresFolder}`, `--memory=${memoryMiB}m`, ...mounts],
    ],
    env: {
      SHIP_TO: remotePath(offsite),
      SHIP_KEYS: "_keys/local/alone.age",
      SHIP_PAUSE: "1",
      ...(alone !== undefined && { SHIP_ALONE: "1" }),
    },
    files: Object.fromEntries(Object.entries(files).map(([file, content]) => [`${configFolder}/${file}`, { content }])),
    command: [`${configFolder}/ship`],
  });
}

/** Time up to which everything of a tenant is on the target; 0: it never was. */
async function shipped(from: Container, tenant: string): Promise<number> {
  const figures = await from.shell(`cat ${figuresFolder}/shipper.prom 2>/dev/null || true`);
  return Number(new RegExp(`timestamp_seconds\\{tenant="${tenant}"\\} (\\d+)`).exec(figures)?.[1] ?? 0);
}
/** Waits until everything that is there now is on the target. */
const whole = (tenant: string, from = shipper): Promise<number> => {
  const now = Math.floor(Date.now() / 1000);
  return eventually(
    () => shipped(from, tenant),
    (time) => time > now,
    60,
  );
};
const write = (script: string): Promise<string> => writer.shell(`cd ${repositoriesFolder}; set -e; ${script}`);
const objects = (): Promise<string[]> => server.objects(bucket);

beforeAll(async () => {
  await server.start();
  await server.makeBucket(bucket, 1);
  key = await server.makeUser(bucket);
  const mounts = volumes.map(
    (volume, index) => `--volume=${volume}:${repositoriesFolder}/${["acme", "globex", "portal"][index]}`,
  );
  writer = await sandbox.start({
    image: baseImages().rclone,
    options: ["--entrypoint=sleep", ...mounts],
    command: ["infinity"],
  });
  await write(`for tenant in acme globex; do
    mkdir -p $tenant/database/archive/main/17-1/0001 $tenant/database/backup/main/F $tenant/files/data/ab $tenant/files/locks
    echo log >$tenant/database/archive/main/17-1/0001/1.zst; echo log >$tenant/database/archive/main/17-1/0001/2.zst.pgbackrest.tmp
    echo info >$tenant/database/archive/main/archive.info; echo info >$tenant/database/backup/main/backup.info
    echo manifest >$tenant/database/backup/main/F/backup.manifest
    echo pack >$tenant/files/data/ab/abcd; echo lock >$tenant/files/locks/x; echo config >$tenant/files/config
    chown -R 999 $tenant/database; chown -R 100 $tenant/files; chmod -R go= $tenant/*
  done`);
  shipper = await ship();
});

afterAll(async () => {
  await sandbox.clean();
  await server.clean();
  for (const volume of [...volumes, volumeBack]) {
    await docker("volume", "rm", "--force", volume);
  }
});

it("copies all of what each tenant has, but what is half-written and locks, whoever owns it", async () => {
  await whole("acme");
  await whole("globex");
  const each = (tenant: string): string[] =>
    [
      "database/archive/main/17-1/0001/1.zst",
      "database/archive/main/archive.info",
      "database/backup/main/F/backup.manifest",
      "database/backup/main/backup.info",
      "files/config",
      "files/data/ab/abcd",
    ].map((path) => `dev/${tenant}/${path}`);
  expect(await objects()).toEqual([...each("acme"), ...each("globex")]);
  await shipper.shell(`sh ${configFolder}/ship healthy`);
});

it("copies what is new within seconds, what is written again too, and removes nothing", async () => {
  await write("echo log >acme/database/archive/main/17-1/0001/2.zst; rm acme/database/archive/main/17-1/0001/1.zst");
  await write("echo other >acme/database/backup/main/backup.info");
  await whole("acme");
  expect(await objects()).toEqual(
    expect.arrayContaining([
      "dev/acme/database/archive/main/17-1/0001/1.zst",
      "dev/acme/database/archive/main/17-1/0001/2.zst",
    ]),
  );
  const read = `rclone cat --config ${configFolder}/rclone.conf --ca-cert ${configFolder}/ca.pem target:${bucket}`;
  expect(await shipper.shell(`${read}/dev/acme/database/backup/main/backup.info`)).toBe("other");
});

it("can't change what it copies, and its credential can neither remove a copy nor show in a process", async () => {
  await expect(shipper.shell(`touch ${repositoriesFolder}/acme/x`)).rejects.toThrow(/Read-only file system/);
  expect(await server.remove(`/${bucket}/dev/acme/files/config`, key)).toBe(403);
  const seen = await shipper.shell("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr '\\0' '\\n'");
  expect(seen).toContain("SHIP_TO");
  expect(seen).not.toContain(key.secret);
});

it("doesn't copy backups that were made anew over those that are there, and the other tenants' all the same", async () => {
  await write(
    "mv globex/files/config globex/config; echo other >globex/files/config; echo new >globex/files/data/ab/new",
  );
  await eventually(
    () => shipper.logs(),
    (log) => log.includes("globex's backups were made anew"),
  );
  await whole("acme");
  const read = `rclone cat --config ${configFolder}/rclone.conf --ca-cert ${configFolder}/ca.pem target:${bucket}`;
  expect(await shipper.shell(`${read}/dev/globex/files/config`)).toBe("config");
  expect(await objects()).not.toContain("dev/globex/files/data/ab/new");
  await write("mv globex/config globex/files/config");
  await whole("globex");
  expect(await objects()).toContain("dev/globex/files/data/ab/new");
});

it("copies what has a database alone by a container for that alone, and nothing that was made anew over it or its keys", async () => {
  const main = "portal/database/backup/main";
  await write(`mkdir -p ${main}/20260101-000000F; echo info >${main}/backup.info; head -c 40000000 /dev/zero >${main}/20260101-000000F/big
    chown -R 999 portal`);
  const healthy = `sh ${configFolder}/ship healthy`;
  const begin = async (keys: string): Promise<Container> => ship({}, undefined, "portal", keys);
  const escrowed = (): Promise<string> =>
    shipper.shell(
      `rclone cat --config ${configFolder}/rclone.conf --ca-cert ${configFolder}/ca.pem target:${bucket}/dev/_keys/local/alone.age`,
    );
  const first = await begin("those of the copies");
  const told = await eventually(
    () => first.shell(healthy),
    (text) => text.includes("success"),
    60,
  );
  expect(told).toMatch(/^odoo_fleet_offsite_last_success_timestamp_seconds \d+$/m);
  expect(await objects()).toEqual(
    expect.arrayContaining([`dev/${main}/20260101-000000F/big`, `dev/${main}/backup.info`]),
  );
  expect(await escrowed()).toBe("those of the copies");
  await docker("rm", "--force", first.id);

  await write(`mv ${main}/20260101-000000F ${main}/20260202-000000F; echo other >${main}/backup.info`);
  const second = await begin("those of what was made anew");
  await eventually(
    () => second.logs(),
    (log) => log.includes("portal's backups were made anew"),
  );
  expect(await second.shell(healthy)).not.toContain("success");
  // Without them nothing would open the copies any more.
  expect(await escrowed()).toBe("those of the copies");
  expect(await objects()).not.toContain(`dev/${main}/20260202-000000F/big`);
  await write(`cp -a ${main}/20260202-000000F ${main}/20260101-000000F`);
  await eventually(objects, (paths) => paths.includes(`dev/${main}/20260202-000000F/big`), 60);
  await docker("rm", "--force", second.id);
});

it("says how far it is while the target hangs, waits for nobody, and goes on by itself", async () => {
  const before = await whole("acme");
  await server.pause(true);
  await write("echo late >acme/database/archive/main/17-1/0001/3.zst");
  await new Promise((resolve) => setTimeout(resolve, 4000));
  expect(await shipped(shipper, "acme")).toBeLessThan(before + 4);
  await write("echo later >acme/database/archive/main/17-1/0001/4.zst");
  await server.pause(false);
  await eventually(objects, (paths) => paths.includes("dev/acme/database/archive/main/17-1/0001/4.zst"), 120);
});

it("copies nothing to a server whose certificate isn't signed by the stated authority, and says so", async () => {
  const other = new S3Server();
  await other.start();
  try {
    const wrong = await ship({ certificate: other.certificate });
    await eventually(
      () => wrong.logs(),
      (log) => log.includes("acme isn't copied as a whole yet"),
      60,
    );
    expect(await wrong.logs()).toMatch(/certificate/);
    expect(await shipped(wrong, "acme")).toBe(0);
  } finally {
    await other.clean();
  }
});

/** A public key as OpenSSH writes it. */
function openSsh(key: KeyObject): string {
  const raw = key.export({ format: "der", type: "spki" }).subarray(-32);
  const parts = [Buffer.from("ssh-ed25519"), raw].flatMap((part) => [Buffer.from([0, 0, 0, part.length]), part]);
  return `ssh-ed25519 ${Buffer.concat(parts).toString("base64")}`;
}

it("copies by SFTP too, to a server with the stated key and to no other", async () => {
  const [host, login] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];
  const pem = (pair: typeof host): string => pair.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const files = { "/run/host": pem(host), "/run/authorized": `${openSsh(login.publicKey)}\n` };
  const sftp = await sandbox.start({
    image: baseImages().rclone,
    options: ["--entrypoint=sh"],
    files: Object.fromEntries(Object.entries(files).map(([path, content]) => [path, { content, mode: 0o600 }])),
    command: [
      "-c",
      "mkdir /srv/copies; exec rclone serve sftp /srv/copies --addr :22 --key /run/host --authorized-keys /run/authorized --vfs-cache-mode writes",
    ],
  });
  const address = await docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", sftp.id);
  const secret = { privateKey: pem(login) };
  const at = (hostKey: KeyObject): Offsite => ({
    target: { kind: "sftp", host: address, port: 22, user: "fleet", hostKeys: [openSsh(hostKey)] },
    folder: "dev",
    lock: { reason: "a test" },
  });
  const to = (hostKey: KeyObject): Promise<Container> => ship({ certificate: undefined, ...at(hostKey) }, secret);
  const [right, wrong] = await Promise.all([to(host.publicKey), to(login.publicKey)]);
  await whole("globex", right);
  // This server writes a file some seconds after it was sent.
  expect(await sftp.until("cat /srv/copies/dev/globex/files/config")).toBe("config");
  await eventually(
    () => wrong.logs(),
    (log) => log.includes("globex isn't copied as a whole yet"),
  );
  expect(await wrong.logs()).toMatch(/knownhosts: key mismatch/);
  expect(await shipped(wrong, "globex")).toBe(0);

  // And back again, as `make restore FROM=offsite` and `make recover` do.
  const { postgres, odoo, rclone } = baseImages();
  const names = tenantNames("shipper-test", "globex");
  const back: CopyBack = {
    ...{ engine: new Docker(), host: { images: { rclone } } as Host, tenant: { name: "globex", names } },
    ...{ images: { postgres, odoo }, volume: volumeBack, say: () => undefined, signal: new AbortController().signal },
  };
  const copies: Copies = { offsite: at(host.publicKey), secret };
  await copyBack(copies, back);
  const list = "find database files -type f | sort | while read -r file; do echo $file $(cksum <$file); done";
  const copiedBack = ["run", "--rm", "--volume", `${volumeBack}:/from:ro`, "--entrypoint", "sh", rclone, "-c"];
  const found = await docker(...copiedBack, `cd /from; ${list}`);
  expect(found).toBe(await sftp.shell(`cd /srv/copies/dev/globex; ${list}`));
  expect(found).toContain("files/data/ab/abcd");
  const owners = await docker(...copiedBack, "cd /from; stat -c %u database/backup files/config");
  expect(new Set(owners.split("\n")).size).toBe(2);

  await writeCopied(copies, back, "_keys/local.age", "keys");
  expect(await readCopied(copies, back, "_keys/local.age")).toBe("keys");
  expect(await readCopied(copies, back, "_keys/none.age")).toBeUndefined();
  const other: Copies = { offsite: at(login.publicKey), secret };
  await expect(copyBack(other, back)).rejects.toThrow(/knownhosts: key mismatch/);
});
