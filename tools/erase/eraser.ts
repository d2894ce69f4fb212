import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { overwriteEscrow } from "../../components/backup/overwriteEscrow";
import type { LastBackup } from "../../components/backup/lastBackup";
import { engineClient } from "../../components/host/engineClient";
import { ignoreAbsent } from "../../components/host/engineErrors";
import { type EscrowedKeys, escrowPath } from "../../fleet/escrow";
import { labelPrefix } from "../../fleet/labels";
import { tenantNames } from "../../fleet/names";
import { showTarget } from "../../fleet/offsite";
import type { Fleet } from "../../fleet/types";
import { inThrowAway } from "../../components/host/throwAway";
import type { StackCommands } from "../move/stack";
import { revealed } from "../../components/run/stateSecret";
import { filesOf } from "../../components/host/tar";
import { decryptKeys } from "../../components/restore/decryptKeys";
import { keysIn } from "../../components/restore/lostState";
import { type Copies, readAllCopied, readCopied } from "../../components/restore/offsite";
import { copiesOf } from "../restore/copiesOf";
import { forgetHistory } from "./history";
import { type Locks, opensDatabase, opensFiles } from "./opens";
import { keptIn, possibleKeys, withoutKept } from "./state";

/** What an erasure works with. */
export interface Erasure {
  readonly environment: string;
  readonly tenant: string;
  /** Name of the stack that keeps its backups: the environment's, or its own, `prod.acme`. */
  readonly stackName: string;
  readonly fleet: Fleet;
  readonly stack: StackCommands;
  /** Folder for a state that is edited; secrets in it stay encrypted. */
  readonly folder: string;
  /** File with private keys of age, by which the escrow is read afterwards; undefined: it is compared with the stack's. */
  readonly identity?: string;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Seconds in which the host's own container copies the new escrow to the target. */
const escrowDeadline = 180;

/**
 * Destroys what opens a tenant's backups: the secret in the stack's state and in its former versions, the backups' volume on the host,
 * and the keys in escrow on the target. Then it tries everything that the stack still knows on each repository.
 *
 * @throws with what is left, and the way out.
 */
export async function erase(erasure: Erasure): Promise<void> {
  const { environment, tenant, fleet, stack, folder, say, signal } = erasure;
  const isOwnStack = erasure.stackName !== environment;
  const note = join(folder, `${environment}-${tenant}.json`);
  // The note of a run that was interrupted, whose state may have no secret any more.
  const begun = existsSync(note) ? (JSON.parse(readFileSync(note, "utf8")) as LastBackup) : undefined;
  const kept = keptIn(await stack.export(), tenant) ?? begun;
  const keys = keysIn(await stack.export(true), [tenant])[tenant];
  if (kept === undefined || (keys === undefined && begun === undefined)) {
    throw new Error(`the stack has no backups of ${tenant}, nor what opens them. Nothing was changed.`);
  }
  const host = fleet.hosts[kept.host];
  if (host === undefined) {
    throw new Error(
      `host ${kept.host} has ${tenant}'s backups and isn't declared: declare it again. Nothing was changed.`,
    );
  }
  const engine = engineClient(host);
  const copies = fleet.offsite && (await copiesOf(fleet, stack));
  const place = { engine, host, tenant: { names: tenantNames(environment, tenant) }, signal };
  const locks: Record<string, Locks> = {};
  const onHost = await locksOnHost(engine, environment, tenant);
  if (onHost) {
    locks[`host ${host.name}`] = onHost;
  }
  const there =
    copies && locksIn(await readAllCopied(copies, place, tenant, "{database/backup/main/backup.info,files/keys/**}"));
  if (there) {
    locks[showTarget(copies.offsite)] = there;
  }
  // A test that opens nothing before would prove nothing after.
  for (const [where, lock] of keys === undefined ? [] : Object.entries(locks)) {
    if (!opensDatabase(lock, keys!.databaseKey) || !opensFiles(lock, keys!.filesKey)) {
      throw new Error(`the stack's secret doesn't open ${tenant}'s backups on ${where}. Nothing was changed.`);
    }
    say(`its backups on ${where} are opened by the stack's secret`);
  }
  signal.throwIfAborted();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(note, JSON.stringify(kept));
  await removeFromStack(erasure);
  await (isOwnStack ? destroyOwnEscrow(erasure, copies, place) : destroyEscrow(erasure, copies, place, kept));
  await prove(erasure, engine, keys, locks);
  rmSync(note);
}

/** Removes volume and secret, and what the backend has of before. */
async function removeFromStack({ environment, tenant, stackName, stack, folder, say }: Erasure): Promise<void> {
  const edited = await stack.edit(folder, (exported) => withoutKept(exported, tenant));
  // The stack of a tenant of which an interrupted run has removed all is no stack of anybody's.
  if (stackName === environment || keptIn(edited, tenant) !== undefined) {
    await stack.up();
  }
  say("its secret is out of the stack's state, and its backups are out of its host");
  for (const line of forgetHistory(process.env["PULUMI_BACKEND_URL"], stackName, tenant)) {
    say(line);
  }
}

async function destroyEscrow(
  { environment, tenant, stack, identity, say, signal }: Erasure,
  copies: Copies | undefined,
  place: Parameters<typeof readCopied>[1],
  { host }: LastBackup,
): Promise<void> {
  if (copies?.offsite.escrow === undefined) {
    return;
  }
  const path = escrowPath(host);
  const declared = escrowIn(await stack.export(true), host);
  if (declared === undefined) {
    // No tenant is left there, and so nobody who would copy it: the file without any key is put there from here.
    await overwriteEscrow(copies, place, { environment, host });
  }
  const end = Date.now() + escrowDeadline * 1000;
  while (declared !== undefined && (await readCopied(copies, place, path)) !== declared) {
    if (Date.now() > end) {
      throw new Error(
        `${path} on the target still has the keys of before: see docker logs of the host's shipper, and run this again ` +
          `once it is copied`,
      );
    }
    signal.throwIfAborted();
    await new Promise((done) => setTimeout(done, 5000));
  }
  if (identity !== undefined) {
    await demandKeyless(copies, place, { path, tenant, identity });
  }
  sayDestroyed(copies, path, say);
}

/** The same of keys that a tenant's own stack has put there: wherever the tenant was, as a move takes none away. */
async function destroyOwnEscrow(
  { environment, tenant, fleet, identity, say, signal }: Erasure,
  copies: Copies | undefined,
  place: Parameters<typeof readCopied>[1],
): Promise<void> {
  if (copies?.offsite.escrow === undefined) {
    return;
  }
  for (const host of Object.keys(fleet.hosts)) {
    signal.throwIfAborted();
    const path = escrowPath(host, tenant);
    if ((await readCopied(copies, place, path)) === undefined) {
      continue;
    }
    await overwriteEscrow(copies, place, { environment, host, tenant });
    if (identity !== undefined) {
      await demandKeyless(copies, place, { path, tenant, identity });
    }
    sayDestroyed(copies, path, say);
  }
}

async function demandKeyless(
  copies: Copies,
  place: Parameters<typeof readCopied>[1],
  { path, tenant, identity }: { readonly path: string; readonly tenant: string; readonly identity: string },
): Promise<void> {
  const { tenants } = await decryptKeys((await readCopied(copies, place, path)) ?? "", identity, path);
  if (tenants[tenant] !== undefined) {
    throw new Error(`${path} on the target still has the keys of ${tenant}`);
  }
}

function sayDestroyed({ offsite }: Copies, path: string, say: Erasure["say"]): void {
  say(`its keys are out of the escrow, ${path}`);
  if (offsite.target.kind === "s3") {
    const { lock } = offsite;
    const days = "days" in lock ? `after ${lock.days} days at the earliest, when the lock lets go of them` : "now";
    say(`a bucket that keeps versions has those of ${path} from before: have its lifecycle remove them ${days}`);
  }
}

/** The encrypted keys of a host as the stack has them; undefined: it has none. */
function escrowIn(shown: string, host: string): string | undefined {
  const { deployment } = JSON.parse(shown) as {
    deployment: { resources?: { urn: string; outputs?: { stdout?: unknown } }[] };
  };
  const keys = deployment.resources?.find(({ urn }) => urn.endsWith(`::${host}-shipper-keys`));
  return revealed(keys?.outputs?.stdout) as string | undefined;
}

/** Tries everything that the stack still knows on each repository, and looks for what its host has of the tenant. */
async function prove(
  { environment, tenant, stack, say }: Erasure,
  engine: Docker,
  keys: EscrowedKeys | undefined,
  locks: Readonly<Record<string, Locks>>,
): Promise<void> {
  const shown = await stack.export(true);
  const tried = possibleKeys(shown);
  const opened = Object.entries(locks).filter(
    ([, lock]) =>
      tried.database.some((key) => opensDatabase(lock, key)) || tried.files.some((key) => opensFiles(lock, key)),
  );
  const isKnown = Object.values(keys ?? {}).some((key) => shown.includes(key as string));
  if (opened.length > 0 || isKnown) {
    throw new Error(`the stack still knows what opens ${tenant}'s backups: run this again`);
  }
  for (const where of Object.keys(locks)) {
    say(
      `its backups on ${where} are opened by none of the ${tried.database.length + tried.files.length} keys that follow from what the stack still knows`,
    );
  }
  const label = [`${labelPrefix}.environment=${environment}`, `${labelPrefix}.tenant=${tenant}`];
  const { Volumes } = await engine.listVolumes({ filters: { label } });
  if (Volumes.length > 0) {
    const names = Volumes.map(({ Name }) => Name).join(" ");
    throw new Error(
      `its host still has volumes of ${tenant}, such as those of a restore or a move: docker volume rm ${names}`,
    );
  }
  say(`erased: nothing of ${tenant} is on its host, and nothing that is left opens its copies`);
}

/** What tells which keys open the repository on a host; undefined: it isn't there, or was never written to. */
async function locksOnHost(engine: Docker, environment: string, tenant: string): Promise<Locks | undefined> {
  const { repositoryVolume, backup } = tenantNames(environment, tenant);
  const [image] = await engine.listImages();
  if (!image || (await engine.getVolume(repositoryVolume).inspect().catch(ignoreAbsent)) === undefined) {
    return undefined;
  }
  // It isn't started: the engine itself reads what is mounted.
  const wanted = { name: `${backup}-erase`, image: image.Id, binds: [`${repositoryVolume}:/from:ro`] };
  return inThrowAway(engine, wanted, async (container) => {
    const read = async (path: string): Promise<Record<string, Buffer>> => {
      const archive = await container.getArchive({ path: `/from/${path}` }).catch(ignoreAbsent);
      return archive === undefined ? {} : filesOf(archive as Readable);
    };
    return locksIn({ ...(await read("database/backup/main/backup.info")), ...(await read("files/keys")) });
  });
}

function locksIn(files: Readonly<Record<string, Buffer>>): Locks | undefined {
  const info = Object.keys(files).find((name) => name.endsWith("backup.info"));
  return info === undefined
    ? undefined
    : { database: files[info]!, files: Object.keys(files).flatMap((name) => (name === info ? [] : [files[name]!])) };
}
