import type { ContainerFact, HostFacts } from "../../../../../components/run/preflight/hostFacts";
import { findObstacles } from "../../../../../components/run/preflight/obstacles";
import { sharedImageReferences } from "../../../../../components/run/preflight/sharedObstacles";
import { resolveFleet } from "../../../../../fleet";
import { goodEngine } from "../../../support/engineFacts";

const fleet = resolveFleet(
  { hosts: { local: {}, far: { docker: "ssh://ops@far", bindAddress: "10.20.0.12" } }, monitoring: { host: "local" } },
  "dev",
);
const nothing: HostFacts = { containers: [], networks: [], engine: goodEngine, cpus: 2, missingImages: {} };
const find = (host: "local" | "far", facts: Partial<HostFacts>): ReturnType<typeof findObstacles> =>
  findObstacles(
    {
      environment: "dev",
      host: fleet.hosts[host]!,
      tenants: [],
      ownsEnvironment: true,
      monitored: fleet.monitoring!.hosts[host]!,
    },
    { ...nothing, ...facts },
  );
const prometheusOf = (environment: string): ContainerFact => ({
  name: `${environment}-prometheus`,
  labels: { "odoo-fleet.environment": environment, "odoo-fleet.service": "prometheus" },
  published: [{ address: "127.0.0.1", port: 30000 }],
});

it("finds none where nothing runs, nor where it runs already", () => {
  expect(find("local", {})).toEqual([]);
  const networks = [
    { name: "dev-monitoring", labels: { "odoo-fleet.environment": "dev" }, subnets: ["10.200.250.0/26"] },
  ];
  expect(find("local", { containers: [prometheusOf("dev")], networks })).toEqual([]);
});

it("names who has the port of Prometheus, of Alertmanager or of a gateway", () => {
  const [problem, ...others] = find("local", { containers: [prometheusOf("prod")] });
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    path: "odoo-fleet:hosts.local.portBase",
    expected:
      "port 30000 of host local to be free for prometheus; it is taken by container prod-prometheus in environment prod",
  });
  const listeners = [{ address: "0.0.0.0", port: 30003, process: "nc (pid 7)" }];
  expect(find("local", { listeners })).toEqual([]);
  expect(find("far", { listeners })[0]!.expected).toContain(
    "port 30003 of host far to be free for gateway; it is taken by nc",
  );
});

it("names the network that has the monitoring network's subnet", () => {
  const networks = [{ name: "lab", labels: {}, subnets: ["10.200.250.32/27"] }];
  expect(find("local", { networks })).toMatchObject([
    {
      path: "odoo-fleet:hosts.local.subnetBase",
      expected: expect.stringContaining("of monitoring to be free; network lab") as string,
    },
  ]);
});

it("asks for the images of a host's own services, and names one that can't be had", () => {
  const references = (host: "local" | "far"): string[] => [
    ...sharedImageReferences(fleet.hosts[host]!, fleet.monitoring!.hosts[host]).keys(),
  ];
  expect(references("local")).toContain("odoo-fleet:images.monitoring.grafana");
  expect(references("far")).not.toContain("odoo-fleet:images.monitoring.prometheus");
  expect(references("far")).toContain("odoo-fleet:images.monitoring.nodeExporter");
  const { prometheus } = fleet.hosts["local"]!.images.monitoring;
  expect(find("local", { missingImages: { [prometheus]: "no such manifest" } })).toMatchObject([
    {
      path: "odoo-fleet:images.monitoring.prometheus",
      expected: expect.stringContaining("no such manifest") as string,
    },
  ]);
});
