import { ExportVolume } from "odoo-fleet";
import { Resolver } from "node:dns/promises";
import { connect, usualConnections } from "./database/connect.ts";
import { recheckDomains } from "./domains/recheck.ts";
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
import { askPrometheuses, lookAtCertificates } from "./worker/certificateWork.ts";
import { mendDeliveries, takeOver } from "./worker/deliveries.ts";
import { type ExportPlace, tidyExports } from "./worker/exportWork.ts";
import { settleArrears } from "./worker/arrearsWork.ts";
import { secretsOf } from "./worker/faults.ts";
import { demandPack } from "./worker/policyPack.ts";
import { PulumiProvisioner } from "./worker/pulumiProvisioner.ts";
import { issueDue } from "./invoices/issue.ts";
import { lookAtUsage } from "./usage/spans.ts";
import { withOldSizes } from "./usage/sizes.ts";
import { askForBackups } from "./worker/restoreWork.ts";
import { withOldFacts } from "./restores/backups.ts";
import { runJob } from "./worker/runJob.ts";
import { settlePayments } from "./worker/paymentWork.ts";
import { repeat } from "./repeat.ts";
import { keepHostsTold, tellEngines } from "./worker/scheduleWork.ts";
import { askForSizes } from "./worker/usageWork.ts";
import { askForWakes, lookAtWakes } from "./worker/wakeWork.ts";
import { tellReady } from "./worker/ready.ts";
import { fleetSecret, readWorkerSettings, webhookSecret } from "./worker/workerSettings.ts";

const settings = readSettings(process.env);
const workerSettings = readWorkerSettings(process.env, settings);
demandPack(workerSettings);
const secret = fleetSecret(process.env, workerSettings);
const secrets = secretsOf(process.env, workerSettings, settings);
const provisioner = new PulumiProvisioner(workerSettings, settings.domain, secret);
const url = databaseUrl(process.env);
// Each job keeps one for its tenant's lock.
const database = connect(url, undefined, Math.max(usualConnections, workerSettings.atOnce + 7));
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
  runJob({ database, settings, queue, provisioner, exports, secrets }, job, signal),
);
await tellReady(process.env);

const [second, minute] = [1000, 60_000];
/** How many tenants are asked in one look. */
const askedAtOnce = 30;
const ask = askEngines(workerSettings);
const askForCertificates = askPrometheuses(workerSettings);
const tell = tellEngines(workerSettings);
const askWhoIsAwake = askForWakes(workerSettings);
const stops = [
  repeat({
    every: minute,
    work: () => mendDeliveries({ database, queue }),
    failed: "jobs that nobody is given weren't looked for; it is tried again in a minute",
    isNow: true,
  }),
  repeat({
    every: 30 * second,
    work: () => tick(database, queue, new Date()),
    failed: "what tenants are meant to be wasn't looked for; it is tried again in half a minute",
  }),
  repeat({
    every: 30 * second,
    work: () => settleArrears({ database, settings, queue }, new Date()),
    failed: "who doesn't pay wasn't looked for; it is tried again in half a minute",
  }),
  repeat({
    every: minute,
    work: async () => {
      await lookAtUsage(database, new Date());
      await askForBackups({ database, provisioner }, await withOldFacts(database, new Date(), askedAtOnce));
      await askForSizes({ database, provisioner }, await withOldSizes(database, new Date(), askedAtOnce));
    },
    failed: "what tenants use and what can be restored wasn't looked for; it is tried again in a minute",
  }),
  // By itself: a host that doesn't answer keeps nobody waiting for anything else.
  repeat({
    every: minute,
    work: () => lookAtAlerts(database, workerSettings.monitors, ask),
    failed: "what fires wasn't noted; it is tried again in a minute",
    isNow: true,
  }),
  repeat({
    every: minute,
    work: () => lookAtCertificates(database, workerSettings.monitors, askForCertificates),
    failed: "certificates weren't noted; it is tried again in a minute",
    isNow: true,
  }),
  repeat({
    // Whoever has just visited his instance looks whether its page knows.
    every: 15 * second,
    work: () => lookAtWakes(database, askWhoIsAwake),
    failed: "who was woken by a visit wasn't noted; it is tried again in a quarter of a minute",
    isNow: true,
  }),
  repeat({
    every: minute,
    work: () => keepHostsTold(database, tell, new Date()),
    failed: "not all hosts know when their tenants stop and start; they are told in a minute",
    isNow: true,
  }),
  repeat({
    every: minute,
    work: () =>
      recheckDomains({ database, settings, queue, resolver: new Resolver({ timeout: 3000, tries: 2 }) }, new Date()),
    failed: "customers' domains weren't looked for; it is tried again in a minute",
  }),
  repeat({
    every: 10 * minute,
    work: () => tidyExports({ database, exports }),
    failed: "exports that are over weren't removed; it is tried again in ten minutes",
    isNow: true,
  }),
  repeat({
    every: 60 * minute,
    work: async () => {
      await lookAtUsage(database, new Date());
      await issueDue(database, settings, new Date());
    },
    failed: "whether a month is to be invoiced wasn't looked for; it is tried again in an hour",
    isNow: true,
  }),
];

const key = stripeKey(process.env, settings);
if (key !== undefined) {
  // It takes memory, and where nothing is paid by Stripe nobody needs it.
  const { StripeService } = await import("./payments/stripeService.ts");
  stops.push(settlePayments({ database, settings, service: new StripeService(key) }));
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Not `once`: execa, by which the CLI runs, sends the signal again where nobody is left to listen for it, and that ends the process in the middle of an `up`.
  process.on(signal, () => {
    stops.forEach((stop) => stop());
    stopTelling();
    // Jobs that are under way get a minute; what isn't done then is another worker's.
    void queue
      .close()
      .then(() => database.destroy())
      .then(() => process.exit(0));
  });
}
