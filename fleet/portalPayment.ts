import { type ConfigProblem, hidden, showValue } from "./errors";
import { type ConfigPath, formatPath, removeCommand, setCommand, setSecretCommand } from "./paths";
import type { PortalConfig } from "./schema";

const root: ConfigPath = ["portal"];
const stripe: ConfigPath = [...root, "invoices", "stripe"];

/** Currencies of which Stripe counts another smallest unit than ISO 4217, or takes no single one of: docs.stripe.com/currencies. */
const countedOtherwise: readonly string[] = ["BHD", "IQD", "ISK", "JOD", "KWD", "LYD", "MGA", "OMR", "TND", "UGX"];

/**
 * Checks how invoices are paid by card.
 *
 * @param isEncrypted whether the stack's file encrypts a part of `portal`; undefined: not known.
 */
export function checkStripe(
  { invoices, plans = {} }: Partial<PortalConfig>,
  isEncrypted: boolean | undefined,
  problems: ConfigProblem[],
): void {
  if (invoices?.stripe === undefined) {
    return;
  }
  if (isEncrypted === false) {
    for (const key of ["secretKey", "webhookSecret"] as const) {
      problems.push({
        path: formatPath([...stripe, key]),
        value: hidden,
        expected: "a secret: it is in plain text in the stack's file",
        wayOut: `make another one at Stripe, as this one was in a plain-text file, and ${setSecretCommand([...stripe, key])}`,
      });
    }
  }
  for (const [plan, { currency }] of Object.entries(plans)) {
    if (countedOtherwise.includes(currency)) {
      const path = [...root, "plans", plan, "currency"];
      problems.push({
        path: formatPath(path),
        value: showValue(currency),
        expected: "a currency that Stripe counts by its smallest unit, where invoices are paid by it",
        wayOut: `${setCommand(path, "EUR")}; or have invoices paid as they say: ${removeCommand(stripe)}`,
      });
    }
  }
}
