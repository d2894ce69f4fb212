import { portalWebPort } from "./ports";
import type { ModuleSet, PlanOffer, Portal, PortalInvoices, PortalMail, PortalService, SlotRange } from "./portalTypes";

/** The portal's own settings file, as both of its processes read it: see docs/portal.md. It holds no secret. */
export interface PortalSettings {
  readonly origin: string;
  readonly domain: string;
  readonly trustedProxies?: readonly string[];
  readonly plans: Readonly<Record<string, PlanOffer>>;
  readonly odooVersions: readonly string[];
  readonly sets?: Readonly<Record<string, ModuleSet>>;
  readonly slots: Readonly<Record<string, SlotRange>>;
  readonly listen: { readonly address: string; readonly port: number };
  readonly behindProxy: boolean;
  readonly requestsPerMinute: number;
  readonly mail: PortalMail;
  readonly confirmHours: number;
  readonly graceDays: number;
  readonly termsUrl?: string;
  readonly invoices?: PortalInvoices;
  readonly oidc?: Readonly<Record<string, PortalService>>;
}

/** The settings of a declared portal, so that nothing of it is said twice. */
export function portalSettings({ url, sells }: Pick<Portal, "url" | "sells">): PortalSettings {
  const {
    domain,
    trustedProxies,
    plans,
    odooVersions,
    sets,
    slots,
    requestsPerMinute,
    mail,
    confirmHours,
    graceDays,
    termsUrl,
    invoices,
    oidc,
  } = sells;
  return {
    origin: url,
    domain,
    ...(trustedProxies === undefined ? {} : { trustedProxies }),
    ...{ plans, odooVersions, slots },
    // In a container of its own, whose port is published for the edge alone.
    listen: { address: "0.0.0.0", port: portalWebPort },
    behindProxy: true,
    ...{ requestsPerMinute, mail, confirmHours, graceDays },
    ...(sets === undefined ? {} : { sets }),
    ...(termsUrl === undefined ? {} : { termsUrl }),
    ...(invoices === undefined ? {} : { invoices }),
    ...(oidc === undefined ? {} : { oidc }),
  };
}
