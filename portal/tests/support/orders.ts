import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { JobView } from "../../src/jobs/jobs.ts";
import { orderOf, type TestApi } from "./api.ts";

/** Orders a tenant and confirms it, as a customer does. @returns the order's id, the tenant's and the job's. */
export async function ordered(
  api: TestApi,
  token: string,
  address: string,
  changes: object = {},
): Promise<{ order: string; tenant: string; job: string }> {
  const placed = await api.send("POST", "/orders", { token, body: { ...orderOf(address), ...changes } });
  assert.equal(placed.status, 201);
  const { id: order, tenant } = (await placed.json()) as { id: string; tenant: string };
  const { token: code } = api.mails.at(-1)!;
  assert.equal((await api.send("POST", "/confirmations", { body: { code } })).status, 200);
  const { jobs } = (await (await api.send("GET", "/jobs", { token })).json()) as {
    jobs: { id: string; tenant: string }[];
  };
  return { order, tenant, job: jobs.find((job) => job.tenant === tenant)!.id };
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
