import { resolveOwn, type RestoreSettings } from "../restore/ownTenant";
import { demandOffer, offerTo, type PasswordOffer } from "./offer";

export type { PasswordOffer };

/**
 * Lets the administrator of a tenant that `createTenant` made, and that runs, set his own password by a link, once. A link of before that
 * wasn't used stops working. Called again with the same offer, it changes nothing. The user is Odoo's own `base.user_admin`, whatever its login is by now.
 *
 * @throws RestoreError where it can't be: the tenant doesn't run, or its Odoo is of an older image. Links are what they were then.
 * @throws RefusedError naming every mistake in the settings.
 */
export async function offerPassword(settings: RestoreSettings, offer: PasswordOffer): Promise<void> {
  demandOffer(offer);
  const { tenant, engine } = resolveOwn(settings, true);
  await offerTo(engine, tenant, offer);
}
