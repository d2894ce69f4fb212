import { ExportVolume } from "odoo-fleet";
import { connect } from "./database/connect.ts";
import { TenantQueue } from "./jobs/queue.ts";
import { tick } from "./lifecycle/queueDue.ts";
import { notePlanContents, planContents } from "./plans/planContents.ts";
import { notePlanNeeds, planNeeds } from "./plans/planNeeds.ts";
import { databaseUrl, readSettings, stripeKey } from "./settings.ts";
import { publicAddress } from "./webhooks/addresses.ts";
import { GuardedAgent } from "./webhooks/agent.ts";
import { WebhookKeys } from "./webhooks/secrets.ts";
import { tellWebhooks } from "./webhooks/work.ts";
import { askEngines, lookAtAlerts } from "./worker/alertWork.ts";
import { type ExportPlace, tidyExports } from "./worker/exportWork.ts";
import { demandPack } from "./worker/policyPack.ts";
import { PulumiProvisioner } from "./worker/pulumiProvisioner.ts";
import { issueDue } from "./invoices/issue.ts";
import { lookAtUsage } from "./usage/spans.ts";
import { withOldSizes } from "./usage/sizes.ts";
import { askForBackups } from "./worker/restoreWork.ts";
import { withOldFacts } from "./restores/backups.ts";
import { runJob, takeOver } from "./worker/runJob.ts";
import { settlePayments } from "./worker/paymentWork.ts";
import { askForSizes } from "./worker/usageWork.ts";
import { tellReady } from "./worker/ready.ts";
import { fleetSecret, readWorkerSettings, webhookSecret } from "./worker/workerSettings.ts";

const settings = readSettings(process.env);
const workerSettings = readWorkerSettings(process.env, settings);
demandPack(workerSettings);
const secret = fleetSecret(process.env, workerSettings);
const provisioner = new PulumiProvisioner(workerSettings, settings.domain, secret);
const url = databaseUrl(process.env);
const database = connect(url);
const queue = await TenantQueue.open(url, true);
const exportsFolder = process.env["PORTAL_EXPORTS"];
const exports: ExportPlace | undefined = exportsFolder
  ? {
      folder: exportsFolder,
      volume:
        workerSettings.exports &&
        new ExportVolume(
          workerSettings.fleet as unknown as ConstructorParameters<typeof ExportVolume>[0],
          workerSettings.exports,
        ),
    }
  : undefined;

await notePlanContents(database, planContents(workerSettings, settings));
await notePlanNeeds(database, planNeeds(workerSettings, settings));
let stopTelling = (): void => undefined;
const sealedBy = webhookSecret(process.env, secret);
if (sealedBy === undefined) {
  console.log("nobody is told by webhooks: there is neither an edge's secret nor PORTAL_WEBHOOK_SECRET_FILE");
} else {
  const agent = new GuardedAgent(publicAddress);
  stopTelling = await tellWebhooks({ database, agent, keys: await WebhookKeys.from(sealedBy) }, queue);
}

const taken = await takeOver(database, (delivery) => queue.redeliver(delivery));
console.log(`taking jobs, ${workerSettings.atOnce} at once${taken > 0 ? `; ${taken} of a worker that ended` : ""}`);
await queue.work(workerSettings.atOnce, (job, signal) =>
  runJob({ database, settings, queue, provisioner, exports }, job, signal),
);
await tellReady(process.env);

/** Milliseconds between two looks at what each tenant is meant to be. */
const tickEvery = 30_000;
const ticking = setInterval(() => {
  tick(database, queue, new Date()).catch((error: unknown) => {
    console.error("what tenants are meant to be wasn't looked for; it is tried again in half a minute", error);
  });
}, tickEvery);

/** Milliseconds between two looks at what tenants use and what can be restored of them, and how many are asked in one. */
const [lookEvery, askedAtOnce] = [60_000, 30];
let isAsking = false;
const looking = setInterval(() => void lookAtTenants(), lookEvery);
async function lookAtTenants(): Promise<void> {
  if (isAsking) {
    return;
  }
  isAsking = true;
  try {
    await lookAtUsage(database, new Date());
    await askForBackups({ database, provisioner }, await withOldFacts(database, new Date(), askedAtOnce));
    await askForSizes({ database, provisioner }, await withOldSizes(database, new Date(), askedAtOnce));
  } catch (error) {
    console.error("what tenants use and what can be restored wasn't looked for; it is tried again in a minute", error);
  } finally {
    isAsking = false;
  }
}

/** What fires is asked as often, by itself: a host that doesn't answer keeps nobody waiting for anything else. */
const ask = askEngines(workerSettings);
let isLookingAtAlerts = false;
const watching = setInterval(() => void watchAlerts(), lookEvery);
async function watchAlerts(): Promise<void> {
  if (isLookingAtAlerts) {
    return;
  }
  isLookingAtAlerts = true;
  try {
    await lookAtAlerts(database, workerSettings.monitors, ask);
  } catch (error) {
    console.error("what fires wasn't noted; it is tried again in a minute", error);
  } finally {
    isLookingAtAlerts = false;
  }
}
void watchAlerts();

/** Milliseconds between two looks for exports whose days are over. */
const tidyEvery = 600_000;
let isTidying = false;
const tidying = setInterval(() => void tidy(), tidyEvery);
async function tidy(): Promise<void> {
  if (isTidying) {
    return;
  }
  isTidying = true;
  try {
    await tidyExports({ database, exports });
  } catch (error) {
    console.error("exports that are over weren't removed; it is tried again in ten minutes", error);
  } finally {
    isTidying = false;
  }
}
void tidy();

/** Milliseconds between two looks whether a month is to be invoiced. */
const issueEvery = 3_600_000;
const issuing = setInterval(() => void issueInvoices(), issueEvery);
async function issueInvoices(): Promise<void> {
  try {
    await lookAtUsage(database, new Date());
    await issueDue(database, settings, new Date());
  } catch (error) {
    console.error("whether a month is to be invoiced wasn't looked for; it is tried again in an hour", error);
  }
}
void issueInvoices();

const key = stripeKey(process.env, settings);
let stopPaying = (): void => undefined;
if (key !== undefined) {
  // It takes memory, and where nothing is paid by Stripe nobody needs it.
  const { StripeService } = await import("./payments/stripeService.ts");
  stopPaying = settlePayments({ database, settings, service: new StripeService(key) });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    clearInterval(ticking);
    clearInterval(looking);
    clearInterval(watching);
    clearInterval(tidying);
    clearInterval(issuing);
    stopPaying();
    stopTelling();
    // Jobs that are under way get a minute; what isn't done then is another worker's.
    void queue
      .close()
      .then(() => database.destroy())
      .then(() => process.exit(0));
  });
}
