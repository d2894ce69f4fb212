import { sql } from "kysely";
import { isAlone } from "../database/alone.ts";
import type { Database } from "../database/connect.ts";
import { eachAlone } from "../database/eachAlone.ts";
import type { Language } from "../languages.ts";
import { instanceOf } from "../pages/paths.ts";

/** A domain of which a customer is told that DNS doesn't show any more that it is his and leads here. */
export interface SendableLostDomain {
  readonly email: string;
  /** The customer's; null: it isn't known. */
  readonly language: Language | null;
  readonly tenant: string;
  readonly domain: string;
  /** Where it leads; empty: the record that proves it is there no more. */
  readonly addresses: readonly string[];
}

/**
 * Tells customers of proven domains that DNS doesn't show as theirs any more, once each time. One that can't be sent is tried again in the next look.
 *
 * @returns how many were sent.
 */
export async function sendLostDomains(
  database: Database,
  now: Date,
  send: (lost: SendableLostDomain) => Promise<void>,
): Promise<number> {
  const untold = await database
    .selectFrom("tenant_domain")
    .select(["number", "domain"])
    .where("lost_at", "is not", null)
    .where("lost_told_at", "is", null)
    .execute();
  return eachAlone(
    database,
    untold,
    async (transaction, { number }) => {
      if (!(await isAlone(transaction, "lostDomain", number))) {
        return false;
      }
      // Not one that was told, or is back, since.
      const found = await transaction
        .selectFrom("tenant_domain")
        .select(["tenant_id as tenant", "domain", "addresses", "lost_at"])
        .where("number", "=", number)
        .where("lost_at", "is not", null)
        .where("lost_told_at", "is", null)
        .executeTakeFirst();
      if (found) {
        const { lost_at, ...row } = found;
        const customer = await transaction
          .selectFrom("tenant")
          .innerJoin("customer", "customer.id", "tenant.customer_id")
          .select(["customer.email", "customer.language"])
          .where("tenant.id", "=", row.tenant)
          .executeTakeFirstOrThrow();
        await send({ ...row, ...customer });
        // Only now: whoever asks DNS for it while a mail server hangs isn't kept waiting by the row.
        await transaction
          .updateTable("tenant_domain")
          .set({ lost_told_at: now })
          .where("number", "=", number)
          .where(sql<boolean>`date_trunc('milliseconds', lost_at) = ${lost_at}`)
          .execute();
      }
      return found !== undefined;
    },
    ({ domain }) => `that ${domain} isn't shown by DNS any more wasn't told`,
  );
}

/** The mail about it, in the customer's language. */
export function lostDomainMail(
  { email, language, tenant, domain, addresses }: SendableLostDomain,
  origin: string,
): { readonly to: string; readonly subject: string; readonly text: string } {
  const page = `${origin}${instanceOf(tenant)}`;
  const found = addresses.join(", ");
  const { subject, text } =
    language === "fr"
      ? {
          subject: `${domain} ne mène plus à votre instance`,
          text: [
            addresses.length > 0
              ? `${domain} mène maintenant à ${found}, et non plus à votre instance.`
              : `L'enregistrement DNS qui prouve que ${domain} est à vous n'est plus là.`,
            "",
            "Votre instance y répond toujours, mais son certificat ne pourra peut-être pas être renouvelé.",
            `Les enregistrements à publier sont sur sa page, où le domaine peut aussi être retiré : ${page}`,
          ],
        }
      : {
          subject: `${domain} doesn't lead to your instance any more`,
          text: [
            addresses.length > 0
              ? `${domain} leads to ${found} now, and not to your instance any more.`
              : `The DNS record that proves that ${domain} is yours is there no more.`,
            "",
            "Your instance still answers there, but its certificate may not be renewed.",
            `The records to publish are on its page, where the domain can be removed, too: ${page}`,
          ],
        };
  return { to: email, subject, text: text.join("\n") };
}
