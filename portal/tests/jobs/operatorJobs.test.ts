/** Jobs as operators see them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobKind } from "../../src/database/schema.ts";
import type { OperatorJobView } from "../../src/jobs/operatorJobs.ts";
import type { RetryRefusal } from "../../src/jobs/retryRefusal.ts";
import { operatorScopes } from "../../src/api/tokens.ts";
import { newId } from "../../src/orders/identifiers.ts";
import { TestApi } from "../support/api.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";

const database = portalDatabase();

/** What a failed job is of, and what there is besides. */
interface Failed {
  readonly kind: JobKind;
  readonly has?: "deletion" | "restore" | "laterJob";
  readonly refusal: RetryRefusal | null;
}

const cases: Readonly<Record<string, Failed>> = {
  made: { kind: "create", refusal: null },
  superseded: { kind: "create", has: "laterJob", refusal: "followed" },
  ended: { kind: "delete", has: "deletion", refusal: null },
  stays: { kind: "delete", refusal: "deletionUndone" },
  halfway: { kind: "restore", has: "restore", refusal: null },
  untouched: { kind: "restore", refusal: "nothingBegun" },
  "as-before": { kind: "undo", refusal: "nothingBegun" },
  password: { kind: "password", refusal: "link" },
  login: { kind: "login", refusal: "link" },
};

test("of each failed job it is said whether it can be done once more, and the same is done", async () => {
  const api = new TestApi(database());
  const owner = await api.token("owner@example.com");
  const token = await api.token("operator@example.com", operatorScopes);
  const insert = (tenant: string, kind: JobKind, state: "failed" | "done"): Promise<unknown> =>
    database()
      .insertInto("job")
      .values({ id: newId(), tenant_id: tenant, kind, delivery_id: crypto.randomUUID(), state })
      .execute();
  const tenants: Record<string, string> = {};
  for (const [address, { kind, has }] of Object.entries(cases)) {
    const { tenant, job } = await ordered(api, owner, `job-${address}`);
    tenants[address] = tenant;
    await database().updateTable("job").set({ state: "done" }).where("id", "=", job).execute();
    await insert(tenant, kind, "failed");
    if (has === "laterJob") {
      await insert(tenant, "suspend", "done");
    } else if (has === "deletion") {
      await database().updateTable("tenant").set({ delete_at: new Date() }).where("id", "=", tenant).execute();
    } else if (has === "restore") {
      const begun = {
        id: newId(),
        tenant_id: tenant,
        at: new Date(),
        step: "switching",
        asked_at: new Date(),
      } as const;
      await database().insertInto("restore").values(begun).execute();
    }
  }
  const read = async (path: string): Promise<OperatorJobView[]> => {
    const answer = await api.send("GET", `/operator/${path}`, { token });
    assert.equal(answer.status, 200);
    return ((await answer.json()) as { jobs: OperatorJobView[] }).jobs;
  };
  const failed = await read("failed-jobs?limit=100");
  const last = Object.entries(cases).filter(([, { has }]) => has !== "laterJob");
  assert.deepEqual(failed.map(({ tenant }) => tenant).sort(), last.map(([address]) => tenants[address]!).sort());
  for (const [address, { refusal }] of Object.entries(cases)) {
    const jobs = await read(`jobs?tenant=${tenants[address]}`);
    const job = jobs.find(({ state }) => state === "failed")!;
    assert.equal(job.retryRefusal, refusal, address);
    assert.deepEqual(
      jobs.filter(({ state }) => state !== "failed").map((other) => other.retryRefusal),
      jobs.filter(({ state }) => state !== "failed").map(() => "notFailed"),
    );
    const { status } = await api.send("POST", `/operator/jobs/${job.id}/retries`, { token });
    assert.equal(status, refusal === null ? 201 : 409, address);
  }
  const unfinished = await read("jobs?unfinished=true&limit=100");
  const retried = Object.entries(cases).filter(([, { refusal }]) => refusal === null);
  assert.deepEqual(
    unfinished.map(({ address }) => address).sort(),
    retried.map(([address]) => `job-${address}`).sort(),
  );
  assert.ok(unfinished.every(({ state, isGone, fault }) => state === "queued" && !isGone && fault === null));
  // What was tried again is followed by that.
  const [again] = await read(`jobs?tenant=${tenants["made"]}`);
  const [, before] = await read(`jobs?tenant=${tenants["made"]}`);
  assert.deepEqual([again!.retryRefusal, before!.retryRefusal], ["notFailed", "followed"]);
});
