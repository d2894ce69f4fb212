import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { oomFolder } from "../../../../components/monitoring/oomWatch";
import { tenantWatch } from "../../../../components/monitoring/tenantWatch";
import { declaredLabel } from "../../../../monitoring/declaredTenant";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-watch-"));
const figures = join(folder, "figures");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One look at an engine that answers so, by the page that is asked for. @returns what is written of the tenant. */
function look(pages: Readonly<Record<string, unknown>>): string {
  mkdirSync(figures, { recursive: true });
  for (const [page, answer] of Object.entries(pages)) {
    writeFileSync(join(folder, page), `${JSON.stringify(answer)}\n`);
  }
  const script = tenantWatch("proxy:2375").replaceAll(oomFolder, figures);
  // What it asks is answered from files, and it ends where it would wait.
  const stubs = `wget() { cat "${folder}/$(echo "$6" | sed 's,.*/odoo-fleet/,,; s,/,-,')"; }\nsleep() { exit 0; }\n`;
  const { status, stderr } = spawnSync("bash", ["-c", stubs + script], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  return readFileSync(join(figures, "tenant-acme.prom"), "utf8");
}

const labels = (service: string): object => ({ "odoo-fleet.service": service, "odoo-fleet.tenant": "acme" });
const container = (service: string, State = "running"): object => ({
  ...{ Id: service, Names: [`/dev-acme-${service}`], Labels: labels(service), State, Status: "Up 5 minutes (healthy)" },
});
const said = (...outputs: string[]): object => ({ State: { Health: { Log: outputs.map((Output) => ({ Output })) } } });
const declared = 'odoo_fleet_container_declared{tenant="acme",service="shipper",name="dev-acme-shipper"} 1\n';
const pages = {
  declared: { Volumes: [{ CreatedAt: "now", Labels: { [declaredLabel]: declared, ...labels("declared") } }] },
  containers: [container("backup"), container("shipper")],
  "helper-acme": said('odoo_fleet_backup_last_success_timestamp_seconds{kind="files"} 5\n'),
  "shipper-acme": said(
    "old",
    'odoo_fleet_offsite_last_success_timestamp_seconds 7\nodoo_fleet_repository_free_ratio{place="host"} 0.5\nodoo_fleet_backup_last_success_timestamp_seconds 9\n',
  ),
};

it("writes what a tenant's helper and its shipper tell, each of its own figures, and whether they are well", () => {
  expect(look(pages).trimEnd().split("\n").sort()).toEqual(
    [
      declared.trimEnd(),
      'odoo_fleet_backup_last_success_timestamp_seconds{tenant="acme",kind="files"} 5',
      'odoo_fleet_container_healthy{tenant="acme",service="shipper",name="dev-acme-shipper"} 1',
      'odoo_fleet_offsite_last_success_timestamp_seconds{tenant="acme"} 7',
      'odoo_fleet_repository_free_ratio{tenant="acme",place="host"} 0.5',
    ].sort(),
  );
});

it("lists the names at which the edge serves them, as Prometheus discovers targets, and none of one that has left", () => {
  const name = (tenant: string, hostname: string): string =>
    `odoo_fleet_edge_name_declared{tenant="${tenant}",hostname="${hostname}"} 1\n`;
  const volume = (tenant: string, text: string): object => ({
    ...{ CreatedAt: "now", Labels: { [declaredLabel]: text, ...labels("declared"), "odoo-fleet.tenant": tenant } },
  });
  const listed = (...Volumes: object[]): unknown => {
    look({ ...pages, declared: { Volumes } });
    return JSON.parse(readFileSync(join(figures, "names/names.json"), "utf8"));
  };
  const acme = volume("acme", declared + name("acme", "acme.example.com") + name("acme", "erp.acme.com"));
  const target = (tenant: string, hostname: string): object => ({ targets: [hostname], labels: { tenant } });
  expect(listed(acme, volume("x-1", name("x-1", "x-1.example.com")))).toEqual([
    ...["acme.example.com", "erp.acme.com"].map((hostname) => target("acme", hostname)),
    target("x-1", "x-1.example.com"),
  ]);
  expect(listed(acme)).toHaveLength(2);
  expect(listed(volume("acme", declared))).toEqual([]);
});

it("goes on telling of the copies of one that is suspended, whose helper is stopped", () => {
  const text = look({ ...pages, containers: [container("backup", "exited"), container("shipper")] });
  expect(text).toContain("odoo_fleet_offsite_last_success_timestamp_seconds");
  expect(text).not.toContain("odoo_fleet_backup_last_success_timestamp_seconds");
});

it("writes of any tenant up to when its schedule reaches, and what its host has done by it, as long as that is so", () => {
  const volume = (tenant: string, own: object): object => ({
    ...{ CreatedAt: "now", Driver: "local" },
    Labels: { "odoo-fleet.host": "paris", ...own, ...labels("schedule"), "odoo-fleet.tenant": tenant },
  });
  const schedule = { "odoo-fleet.schedule": "100 3024100 running 500 900", "odoo-fleet.schedule-source": "abc" };
  const told = (kept: readonly object[]): string => {
    look({
      ...pages,
      schedules: { Volumes: [volume("acme", schedule), volume("x-1", schedule)] },
      kept: { Volumes: kept },
    });
    return ["schedules", "kept"].map((file) => readFileSync(join(figures, `${file}.prom`), "utf8")).join("");
  };
  const until = (tenant: string): string => `odoo_fleet_schedule_until_timestamp_seconds{tenant="${tenant}"} 3024100\n`;
  expect(told([volume("x-1", { "odoo-fleet.kept": "suspended 500" })])).toBe(
    `${until("acme")}${until("x-1")}odoo_fleet_tenant_kept_by_host{tenant="x-1",state="suspended"} 1\n`,
  );
  expect(told([])).toBe(until("acme") + until("x-1"));
});
