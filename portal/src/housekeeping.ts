import { forgetOldKeys } from "./api/idempotency.ts";
import type { Database } from "./database/connect.ts";
import { sendLostDomains } from "./domains/lostMails.ts";
import { sendLastExports } from "./exports/lastExportMails.ts";
import type { JobQueue } from "./jobs/queue.ts";
import { sendDeletions } from "./lifecycle/deletionMails.ts";
import { forgetGone } from "./lifecycle/forget.ts";
import { sendWarnings } from "./lifecycle/warnings.ts";
import { forgetOldDepartures } from "./login/oidc.ts";
import { forgetOldChallenges } from "./login/passkeys.ts";
import { forgetOldSessions } from "./login/sessions.ts";
import type { Mailer } from "./mail.ts";
import { tidyOrders } from "./orders/orders.ts";
import { sendNotices } from "./payments/noticeMails.ts";
import { sendPayments } from "./payments/paymentMails.ts";
import { sendReminders } from "./payments/reminders.ts";
import { forgetOldEvents } from "./payments/stripeEvents.ts";
import { repeat } from "./repeat.ts";
import type { Settings } from "./settings.ts";
import { forgetOldInvitations } from "./team/invitations.ts";
import { sendDisablings } from "./webhooks/disabledMails.ts";

/** What the web process does by itself. */
export interface HousekeepingParts {
  readonly database: Database;
  readonly settings: Settings;
  readonly queue: JobQueue;
  readonly mails: Mailer;
}

/**
 * Lets orders expire, forgets what is old, and sends the mails that are due, again and again. A mail keeps a connection to the database until the mail server has it, and one that hangs
 * takes seconds for each: they are sent one after the other, so that customers' requests have all other connections.
 *
 * @param every milliseconds between two looks; one that takes longer puts the next one off.
 * @returns ends it; what is under way isn't waited for.
 */
export function keepHouse({ database, settings, queue, mails }: HousekeepingParts, every = 60_000): () => void {
  const tidied: readonly (() => Promise<unknown>)[] = [
    () => tidyOrders(database, settings, queue),
    () => forgetOldKeys(database),
    () => forgetOldSessions(database),
    () => forgetOldChallenges(database, new Date()),
    () => forgetOldDepartures(database, new Date()),
    () => forgetOldInvitations(database, new Date()),
    () => forgetGone(database, new Date()),
    () => forgetOldEvents(database, new Date()),
  ];
  const mailed: readonly (() => Promise<unknown>)[] = [
    () => sendDeletions(database, new Date(), mails.sendDeletion),
    () => sendWarnings(database, new Date(), mails.sendWarning),
    () => sendReminders(database, settings, new Date(), mails.sendReminder),
    () => sendLastExports(database, new Date(), mails.sendLastExport),
    () => sendLostDomains(database, new Date(), mails.sendLostDomain),
    () => sendPayments(database, new Date(), mails.sendPayment),
    () => sendNotices(database, new Date(), mails.sendNotice),
    () => sendDisablings(database, new Date(), mails.sendDisabling),
  ];
  const stops = [
    repeat({
      every,
      work: () => allOf(tidied),
      failed: "overdue orders, and what is old, weren't looked for; it is tried again in a minute",
    }),
    repeat({
      every,
      work: () => allOf(mailed),
      failed: "mails that are due weren't looked for; it is tried again in a minute",
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

/** Does one after the other, each whatever became of those before. @throws AggregateError with what failed. */
async function allOf(works: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failed: unknown[] = [];
  for (const work of works) {
    await work().catch((error: unknown) => failed.push(error));
  }
  if (failed.length > 0) {
    throw new AggregateError(failed, `${failed.length} of ${works.length} failed`);
  }
}
