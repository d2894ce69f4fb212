import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { JobView } from "../../src/jobs/jobs.ts";
import { orderOf, type TestApi } from "./api.ts";

/** An order that isn't confirmed: its id, the tenant's, and the code that its customer was mailed. */
export interface Placed {
  readonly order: string;
  readonly tenant: string;
  readonly code: string;
}

/** Orders a tenant, as a customer does. */
export async function placed(api: TestApi, token: string, address: string, changes: object = {}): Promise<Placed> {
  const answer = await api.send("POST", "/orders", { token, body: { ...orderOf(address), ...changes } });
  assert.equal(answer.status, 201);
  const { id: order, tenant } = (await answer.json()) as { id: string; tenant: string };
  return { order, tenant, code: api.mails.at(-1)!.token };
}

/** Confirms an order. @returns the id of the job that makes its tenant. */
export async function confirm(api: TestApi, token: string, { tenant, code }: Placed): Promise<string> {
  assert.equal((await api.send("POST", "/confirmations", { body: { code } })).status, 200);
  const { jobs } = (await (await api.send("GET", "/jobs", { token })).json()) as {
    jobs: { id: string; tenant: string }[];
  };
  return jobs.find((job) => job.tenant === tenant)!.id;
}

/** Orders a tenant and confirms it. @returns the order's id, the tenant's and the job's. */
export async function ordered(
  api: TestApi,
  token: string,
  address: string,
  changes: object = {},
): Promise<{ order: string; tenant: string; job: string }> {
  const order = await placed(api, token, address, changes);
  return { order: order.order, tenant: order.tenant, job: await confirm(api, token, order) };
}

/** Waits until a job is as it is wanted, and says how it is when it isn't in time. @param token its customer's. */
export async function untilJob(
  api: TestApi,
  token: string,
  job: string,
  isSo: (view: JobView) => boolean,
  seconds: number,
): Promise<JobView> {
  for (const deadline = Date.now() + seconds * 1000; ; await delay(200)) {
    const view = (await (await api.send("GET", `/jobs/${job}`, { token })).json()) as JobView;
    if (isSo(view)) {
      return view;
    }
    assert.ok(Date.now() < deadline, `job is ${JSON.stringify(view)}`);
  }
}
