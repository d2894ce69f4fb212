import { resolveOwn, type RestoreSettings } from "../restore/ownTenant";
import { demandOffer, offerTo, type LinkOffer, type LinkPurpose } from "./offer";

export type { LinkOffer };

/**
 * Lets the administrator of a tenant that `createTenant` made, and that runs, set his own password by a link, once. A link of before that
 * wasn't used stops working. Called again with the same offer, it changes nothing. The user is Odoo's own `base.user_admin`, whatever its login is by now.
 *
 * @throws RestoreError where it can't be: the tenant doesn't run, or its Odoo is of an older image. Links are what they were then.
 * @throws RefusedError naming every mistake in the settings.
 */
export async function offerPassword(settings: RestoreSettings, offer: LinkOffer): Promise<void> {
  await offerLink(settings, offer, "password");
}

/**
 * Lets the administrator of a tenant that `createTenant` made, and that runs, sign in by a link, once, without a password; Odoo asks for his second
 * factor where he has one. Else as `offerPassword`: a link of the other kind stays what it is.
 *
 * @throws as `offerPassword`.
 */
export async function offerLogin(settings: RestoreSettings, offer: LinkOffer): Promise<void> {
  await offerLink(settings, offer, "login");
}

async function offerLink(settings: RestoreSettings, offer: LinkOffer, purpose: LinkPurpose): Promise<void> {
  demandOffer(offer);
  const { tenant, engine } = resolveOwn(settings, true);
  await offerTo(engine, tenant, offer, purpose);
}
