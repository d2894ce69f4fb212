import { firingAlerts } from "../../../../components/monitoring/readAlerts";

test("what fires is told by severity and age; what only says that alerting works is left out", () => {
  const told = (alertname: string, severity: string, startsAt: string, more: object = {}): object => ({
    labels: { alertname, severity, environment: "dev", ...more },
    annotations: { summary: `${alertname} says`, description: "more" },
    fingerprint: "0",
    startsAt,
    status: { state: "active", inhibitedBy: [], silencedBy: [] },
  });
  const [early, late] = ["2026-11-29T05:00:00.123Z", "2026-11-29T06:00:00Z"];
  const output = [
    told("BackupOverdue", "warning", late, { host: "a", tenant: "acme" }),
    told("Watchdog", "none", early),
    told("RepositoryFull", "warning", early, { host: "a" }),
    told("HostDown", "critical", late, { host: "b" }),
  ];
  expect(firingAlerts(`${JSON.stringify(output)}\n`)).toEqual([
    { name: "HostDown", severity: "critical", summary: "HostDown says", startedAt: new Date(late), host: "b" },
    {
      name: "RepositoryFull",
      severity: "warning",
      summary: "RepositoryFull says",
      startedAt: new Date(early),
      host: "a",
    },
    {
      ...{ name: "BackupOverdue", severity: "warning", summary: "BackupOverdue says", startedAt: new Date(late) },
      ...{ host: "a", tenant: "acme" },
    },
  ]);
  expect(firingAlerts("[]\n")).toEqual([]);
});
