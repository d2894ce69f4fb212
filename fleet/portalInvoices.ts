import type { PortalInvoices } from "./portalTypes";
import type { PortalConfig } from "./schema";

/** How customers are invoiced, with what is left out; nothing where it isn't declared. */
export function invoicesOf(declared: PortalConfig["invoices"]): { readonly invoices?: PortalInvoices } {
  if (declared === undefined) {
    return {};
  }
  const { since, seller, vatPercent, dueDays = 30, stripe } = declared;
  // What was paid otherwise is known only as far as operators note it.
  const suspendDays = declared.suspendDays ?? (stripe === undefined ? undefined : 14);
  const { name, address, country, vatId, note } = seller;
  return {
    invoices: {
      since,
      seller: {
        ...{ name, address, country },
        ...(vatId === undefined ? {} : { vatId }),
        ...(note === undefined ? {} : { note }),
      },
      ...{ vatPercent, dueDays },
      ...(suspendDays === undefined ? {} : { suspendDays }),
      payment: stripe === undefined ? "invoice" : "stripe",
    },
  };
}
