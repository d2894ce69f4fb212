/**
 * A process that tells webhooks as the worker does, and does nothing to tenants. It is ended by a signal. `DATABASE_URL` says where what is due is, and `RECEIVER_CA` whom
 * it believes.
 */
import { connect } from "../../src/database/connect.ts";
import { TenantQueue } from "../../src/jobs/queue.ts";
import { WebhookKeys } from "../../src/webhooks/secrets.ts";
import { tellWebhooks } from "../../src/webhooks/work.ts";
import { loopbackAgent } from "./webhookAgent.ts";

const url = process.env["DATABASE_URL"]!;
const database = connect(url);
const keys = await WebhookKeys.from("what the keys of the tests follow from");
const queue = await TenantQueue.open(url, true);
const stop = await tellWebhooks({ database, agent: loopbackAgent(process.env["RECEIVER_CA"]!), keys }, queue);
process.once("SIGTERM", () => {
  stop();
  void queue
    .close()
    .then(() => database.destroy())
    .then(() => process.exit(0));
});
console.log("telling");
