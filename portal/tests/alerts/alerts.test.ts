/** What operators see of the alerts that fire in the whole fleet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FiringAlert } from "odoo-fleet";
import { lookAtAlerts } from "../../src/worker/alertWork.ts";
import { TestApi } from "../support/api.ts";
import { ordered } from "../support/orders.ts";
import { portalDatabase } from "../support/portalDatabase.ts";

const database = portalDatabase();

test("what fires is as each Alertmanager told it last; one that is silent says since when, and one that is gone is forgotten", async () => {
  const api = new TestApi(database());
  const token = await api.token("operator@example.com", ["operator:tenants"]);
  const { tenant } = await ordered(api, await api.token("owner@example.com"), "watched");
  const [first, later] = [new Date("2026-11-20T10:00:00Z"), new Date("2026-11-20T10:06:00Z")];
  const overdue = { name: "BackupOverdue", severity: "warning", startedAt: first } as const;
  const alerts: FiringAlert[] = [
    { name: "HostDown", severity: "critical", summary: "b is down", startedAt: first, host: "b" },
    { ...overdue, summary: "acme: no backup", host: "a", tenant: "acme" },
    { ...overdue, summary: `${tenant}: no backup`, host: "a", tenant },
  ];
  const monitors = [
    { host: "a", alertmanager: "prod-alertmanager", dashboards: "http://127.0.0.1:30002/" },
    { host: "b", alertmanager: "prod-alertmanager" },
  ];
  let now = first;
  let fault: Error | undefined;
  const look = (asked: typeof monitors) =>
    lookAtAlerts(
      database(),
      asked,
      ({ host }) =>
        host === "a" && !fault ? Promise.resolve(alerts) : Promise.reject(fault ?? new Error("no answer")),
      () => now,
    );
  api.now = () => now;
  const read = async () => {
    const answer = await api.send("GET", "/operator/alerts", { token });
    assert.equal(answer.status, 200);
    return ((await answer.json()) as { monitors: unknown }).monitors;
  };
  assert.deepEqual(await read(), []);

  await look(monitors);
  const told = alerts.map(({ startedAt, host, tenant: about, ...rest }) => ({
    ...rest,
    startedAt: startedAt.toISOString(),
    host,
    tenant: about ?? null,
    isOrdered: about === tenant,
  }));
  const a = { host: "a", answeredAt: first.toISOString(), dashboards: "http://127.0.0.1:30002/", alerts: told };
  const b = { host: "b", answeredAt: null, isAnswering: false, dashboards: null, alerts: [] };
  assert.deepEqual(await read(), [{ ...a, isAnswering: true }, b]);

  now = later;
  fault = new Error("no answer");
  await look(monitors);
  assert.deepEqual(await read(), [{ ...a, isAnswering: false }, b]);

  fault = undefined;
  alerts.length = 0;
  await look([monitors[0]!]);
  assert.deepEqual(await read(), [{ ...a, answeredAt: later.toISOString(), isAnswering: true, alerts: [] }]);
  await look([]);
  assert.deepEqual(await read(), []);
});
