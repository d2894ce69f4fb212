import { type Changer as AnyChanger, onRestored, removeThrowAways, runChange } from "../../components/copy/change";
import type { Tenant } from "../../fleet/types";
import { clear, restore, type Restorer } from "../../components/restore/restorer";
import type { UpdatePlan } from "./plan";

/** What updates a tenant's database, or a copy of it. */
export interface Changer extends AnyChanger {
  readonly plan: UpdatePlan;
}

/** The tenant with the names of the volumes of its rehearsal. */
function rehearsed(tenant: Tenant): Tenant {
  const { names } = tenant;
  const copy = (name: string): string => `${name}-rehearsal`;
  return {
    ...tenant,
    names: { ...names, databaseVolume: copy(names.databaseVolume), filestoreVolume: copy(names.filestoreVolume) },
  };
}

function restorerOf({ engine, environment, tenant, say, signal }: AnyChanger): Restorer {
  return { engine, environment, before: tenant, after: rehearsed(tenant), say, signal };
}

/** Takes away what an update that was interrupted left running, or lying. */
export async function clearChange(changer: AnyChanger): Promise<void> {
  await removeThrowAways(changer);
  await clear(restorerOf(changer));
}

/**
 * Carries the change out on a copy of the tenant, which is neutralised. The copy has no network, and the tenant serves meanwhile.
 *
 * @param stackId of the stack that the volumes of the copy are said to be of.
 * @param fill fills the volumes of the copy. Default: from the tenant's newest backup.
 * @throws with the module and its error.
 */
export async function rehearse(
  changer: Changer,
  stackId: string,
  fill?: (copy: Tenant) => Promise<void>,
): Promise<void> {
  const { tenant, images, plan } = changer;
  const copy = rehearsed(tenant);
  const restorer = restorerOf(changer);
  try {
    const quiet = { ...restorer, say: () => undefined, ...(plan.odoo && { release: plan.odoo.from }) };
    await (fill?.(copy) ?? restore(quiet, images, stackId, undefined));
    await onRestored({ ...changer, tenant: copy }, { isKept: false }, (_database, place) => runChange(changer, place));
  } finally {
    await clear(restorer);
  }
}

/** Carries the change out on the tenant's own database, whose Odoo is stopped. @throws with the module and its error. */
export function change(changer: Changer): Promise<void> {
  const { names } = changer.tenant;
  const { filestoreVolume: filestore, internalNetwork: network } = names;
  return runChange(changer, { filestore, network, isApart: false, neutralize: false });
}
