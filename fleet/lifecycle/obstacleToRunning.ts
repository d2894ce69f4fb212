import { type ConfigPath, removeCommand, setCommand } from "../paths";
import type { Tenant } from "../types";
import { nextTransitions } from "./desiredState";
import type { TenantLifecycle } from "./tenantLifecycle";
import { toldLifecycle, utcOf } from "./told";
import type { LifecycleReason, Transition } from "./types";

/** How long a tenant has to run for an operation over its data, hours: a large database's takes most of one. */
const neededHours = 2;

/** How long a tenant is woken for by the command that is proposed, hours. */
const awakeHours = 12;

/**
 * Why an operation that needs a tenant to run, from now until it is done, can't begin, and the way out; undefined: it can. One that is
 * suspended in its middle by the tenant's own times would find it gone.
 */
export function obstacleToRunning(tenant: Tenant): string | undefined {
  const { name, state, lifecycle: own } = tenant;
  if (state !== "running") {
    const why = own && own.desired.reason !== "operator" ? toldLifecycle(own) : state;
    return `${name} is ${why}. Let it run first, and make up: ${wayToRun(tenant)}`;
  }
  const end = own && endWithin(own, neededHours);
  return end === undefined
    ? undefined
    : `${name} is suspended at ${utcOf(end.at)}, and what is begun now may take until then. Let it run longer: ${waysOut(name, end.reason, own!.now)}`;
}

function endWithin({ lifecycle, now }: TenantLifecycle, hours: number): Transition | undefined {
  const until = new Date(now.getTime() + hours * 3_600_000);
  return nextTransitions(lifecycle, now, until).find(({ state }) => state === "suspended");
}

/** The command by which a tenant that is suspended is declared to run. */
export function wayToRun({ name, lifecycle }: Pick<Tenant, "name" | "lifecycle">): string {
  return lifecycle === undefined
    ? setCommand(["tenants", name, "state"], "running")
    : waysOut(name, lifecycle.desired.reason, lifecycle.now);
}

function waysOut(name: string, reason: LifecycleReason, now: Date): string {
  const path: ConfigPath = ["tenants", name, "lifecycle"];
  switch (reason) {
    case "expired":
      return `${removeCommand([...path, "expiresAt"])}, or set a later one`;
    case "trialEnded":
      return `${removeCommand([...path, "trial"])}, or set a later one`;
    case "inactiveHours":
      return setCommand([...path, "awakeUntil"], utcOf(new Date(now.getTime() + awakeHours * 3_600_000)));
    default:
      return setCommand(["tenants", name, "state"], "running");
  }
}
