import type { Stack } from "@pulumi/pulumi/automation";
import { type EscrowedKeys, escrowPath } from "../../fleet/escrow";
import { showTarget } from "../../fleet/offsite";
import { namespace } from "../../fleet/paths";
import { createdOf } from "../../fleet/tenantsOn";
import type { CreatedTenant } from "../../fleet/types";
import { decryptKeys } from "./decryptKeys";
import { inTurn, type Turn } from "./inTurn";
import { keysIn, stackIdIn, withKeys, withoutData, withoutHost } from "./lostState";
import { type Copies, readCopied, sizesOfCopies } from "./offsite";
import type { RestoreWatch } from "./ownStack";
import { exportState, importState } from "./ownState";
import { type OwnTenant, resolveOwn, type RestoreSettings } from "./ownTenant";
import { isDataLost } from "./presence";
import { recoverTenant } from "./recoverData";
import { RestoreError } from "./restorer";

/** A tenant in a stack of its own whose host was lost, or may have been. */
export interface LostTenant {
  /** Its settings, those of `createTenant`: as it was, and by which it is brought up again, running or suspended. */
  readonly settings: RestoreSettings;
  /** Its stack, with `createTenant` as its program and no prefix in its placement. A new one, where the state is lost too. */
  readonly stack: () => Promise<Stack>;
  /** What it is called in what is said. Default: its name. */
  readonly title?: string;
  /** Whether it never served: then there is no data to bring back, and its stack forgets what it had begun. Default: it did. */
  readonly neverServed?: boolean;
  /** Brings it up, once its data is there, or to the end of an interrupted run. Default: the stack's `up`. */
  readonly up?: (stack: Stack) => Promise<unknown>;
  /** Does the whole of it, while nobody else changes the tenant. Default: that is so. */
  readonly alone?: (recover: () => Promise<void>) => Promise<void>;
}

/** How tenants are recovered. */
export interface RecoveryOptions extends RestoreWatch {
  /** The moment that is restored, which is over; of those that aren't back yet. Default: the newest that was copied. */
  readonly at?: Date;
  /** File with private keys of age: the keys of the backups come from their escrow then. Default: from the state of each tenant's stack. */
  readonly identity?: string;
}

/** A tenant that isn't back, and why. */
export interface Unrecovered {
  readonly tenant: string;
  /** In what state it is, and the way out; it may name hosts. */
  readonly error: Error;
}

/** What came of a recovery. */
export interface Recovery {
  /** Names of the tenants that are as their settings say, in the order in which they came to be. */
  readonly back: readonly string[];
  readonly failed: readonly Unrecovered[];
}

/** How many tenants are looked at together: each takes a run of the CLI. */
const lookedAtOnce = 4;

/** A tenant as it was found. */
interface Found {
  readonly lost: LostTenant;
  readonly own: OwnTenant & { readonly tenant: CreatedTenant };
  readonly isLost: boolean;
  /** Size of its copies; 0: they aren't needed. */
  readonly bytes: number;
}

/**
 * Brings tenants in stacks of their own back from their copies on the target, after their host was lost and an engine is there in its place: the data
 * of each into new volumes, proven as by `restoreTenant`, and then what serves it by its own stack. Those that are to run come first, and
 * then the smallest. One whose data is on the host is brought up after them, and nothing else. One that fails doesn't stop the others.
 *
 * Nothing but what the states and the host have tells how far it is: killed anywhere, the same call goes on. Every volume that it replaces was
 * made by it: one that is the tenant's, or whose it isn't known, is refused.
 *
 * @throws what the signal says; what was recovered by then stays.
 */
export async function recoverTenants(tenants: readonly LostTenant[], options: RecoveryOptions = {}): Promise<Recovery> {
  const { say = () => undefined, signal = new AbortController().signal, at } = options;
  const back: string[] = [];
  const failed: Unrecovered[] = [];
  const fail = (lost: LostTenant, error: Error): string => {
    signal.throwIfAborted();
    failed.push({ tenant: lost.settings.tenant, error });
    return `isn't back: ${error.message}`;
  };
  if (at !== undefined && at > new Date()) {
    throw new RestoreError(`${at.toISOString()} is in the future. Nothing was changed.`);
  }
  const found: Found[] = [];
  for (let begin = 0; begin < tenants.length; begin += lookedAtOnce) {
    const together = tenants.slice(begin, begin + lookedAtOnce);
    await Promise.all(
      together.map(async (lost) => {
        try {
          found.push(await lookAt(lost, signal));
        } catch (error) {
          say(`${titleOf(lost)}: ${fail(lost, error as Error)}`);
        }
      }),
    );
  }
  const turnOf = (one: Found): Turn => ({
    title: titleOf(one.lost),
    bytes: one.bytes,
    recover: async () => {
      const { lost, own } = one;
      const tell = (text: string): void => say(`${titleOf(lost)}: ${text}`);
      try {
        signal.throwIfAborted();
        let outcome = "";
        const recover = async (): Promise<void> => {
          outcome = await recoverOne(one, { ...options, say: tell, signal });
        };
        await (lost.alone ?? ((work) => work()))(recover);
        back.push(own.tenant.name);
        return outcome;
      } catch (error) {
        return fail(lost, error as Error);
      }
    },
  });
  const ordered = recoveryOrder(found);
  const gone = ordered.filter(({ isLost: isGone }) => isGone).map(turnOf);
  await inTurn(`${gone.length} of ${tenants.length} ordered tenants`, gone, say);
  for (const { title, recover } of ordered.filter(({ isLost: isGone }) => !isGone).map(turnOf)) {
    say(`${title}: ${await recover()}`);
  }
  return { back, failed };
}

/**
 * Whether what a tenant had on its host is gone, and an `up` would make it anew and empty.
 *
 * @param stack of the tenant.
 * @throws RestoreError where only a part of it is gone, or what is there isn't its stack's.
 */
export async function isLost(settings: RestoreSettings, stack: Stack): Promise<boolean> {
  return isDataLost(resolveOwn(settings), await exportState(stack));
}

/** Those that are to run before those that aren't, and of these the smallest first: so most customers are served soonest. */
function recoveryOrder<
  One extends { readonly own: { readonly tenant: Pick<CreatedTenant, "state"> }; readonly bytes: number },
>(found: readonly One[]): One[] {
  const rank = ({ own }: One): number => (own.tenant.state === "running" ? 0 : 1);
  return [...found].sort((one, other) => rank(one) - rank(other) || one.bytes - other.bytes);
}

function titleOf({ title, settings }: LostTenant): string {
  return title ?? settings.tenant;
}

async function lookAt(lost: LostTenant, signal: AbortSignal): Promise<Found> {
  const own = resolveOwn(lost.settings);
  const [tenant] = createdOf([own.tenant]);
  if (tenant === undefined) {
    throw new RestoreError(`it is ${own.tenant.state}: only a tenant that runs or is suspended is recovered`);
  }
  const isLostNow = await isDataLost(own, await exportState(await lost.stack()));
  const { engine, host } = own;
  const sizes =
    isLostNow && lost.neverServed !== true
      ? await sizesOfCopies(copiesOf(own), { engine, host, signal, tenants: [tenant] })
      : {};
  return { lost, own: { ...own, tenant }, isLost: isLostNow, bytes: sizes[tenant.name] ?? 0 };
}

function copiesOf({ fleet, secrets }: OwnTenant): Copies {
  if (fleet.offsite === undefined || secrets.offsite === undefined) {
    throw new RestoreError(`there are no copies of it: ${namespace}:backup isn't declared. Nothing was changed.`);
  }
  return { offsite: fleet.offsite, secret: secrets.offsite };
}

/** @returns what came of it. */
async function recoverOne(
  { lost, own }: Found,
  { at, identity, say, signal }: RecoveryOptions & Required<RestoreWatch>,
): Promise<string> {
  const { fleet, tenant, host, engine } = own;
  const stack = await lost.stack();
  const up = lost.up ?? ((one: Stack) => one.up());
  // Again: it may be long since it was looked at, and now nobody else changes it.
  if (!(await isDataLost(own, await exportState(stack)))) {
    if (lost.neverServed !== true) {
      await up(stack);
    }
    return "its data is there, and it is as it is declared";
  }
  if (lost.neverServed === true) {
    await importState(stack, withoutData(withoutHost(await exportState(stack), host.name)));
    return "it never served: nothing of it is to be restored";
  }
  const copies = copiesOf(own);
  const escrowed = identity === undefined ? undefined : await escrowedKeys(own, copies, identity, signal);
  const keys = escrowed ?? keysIn(await exportState(stack, true), [tenant.name])[tenant.name];
  if (keys === undefined) {
    throw new RestoreError(
      `its stack's state has no keys of its backups${identity === undefined ? ": IDENTITY=FILE takes them from the target" : `, and ${showTarget(copies.offsite)} has none in escrow`}. Nothing was changed.`,
    );
  }
  if (stackIdIn(await exportState(stack)) === undefined) {
    say("its stack is new: making its secrets");
    const component = `odoo-fleet:index:TenantStack::${tenant.name}`;
    await stack.up({ target: ["**::stack-id", `**::${component}`, `**::${tenant.name}-backup-password`], signal });
  }
  const shown = withoutHost(await exportState(stack, escrowed !== undefined), host.name);
  await importState(stack, escrowed === undefined ? shown : withKeys(shown, { [tenant.name]: escrowed }));
  const tools = { engine, environment: fleet.environment, host, copies, at: at && at.getTime() / 1000, signal };
  await recoverTenant(tools, tenant, { stackId: stackIdIn(shown)!, keys, say });
  say("restored and proven; bringing up what serves it");
  await up(stack);
  return "is back";
}

/** The keys in escrow; undefined: there are none of this tenant. */
async function escrowedKeys(
  { engine, host, tenant }: Found["own"],
  copies: Copies,
  identity: string,
  signal: AbortSignal,
): Promise<EscrowedKeys | undefined> {
  const path = escrowPath(host.name, tenant.name);
  const encrypted = await readCopied(copies, { engine, host, tenant, signal }, path);
  return encrypted === undefined ? undefined : (await decryptKeys(encrypted, identity, path)).tenants[tenant.name];
}
