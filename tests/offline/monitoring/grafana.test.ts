/**
 * Grafana with what is rendered for it. Where its image can be had, a real one is started beside a real Prometheus, logged in
 * to, and pictures are taken; where it can't, its files are validated as far as that goes, and the run says so.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { dashboardUids } from "../../../monitoring/contract";
import { renderHostFiles } from "../../../monitoring/files";
import { chromiumArguments } from "../../../tools/pictures/chromium";
import { grafanaFaults } from "../../support/grafanaFiles";
import { baseImages, imageConfig } from "../../support/imagesSandbox";
import { eventually } from "../../support/odooClient";
import { WatchedFleet, watchedFleet } from "../../support/watchedFleet";

const image = baseImages().monitoring.grafana;
const fleet = watchedFleet("test-mondash-grafana", "10.162.0.0/16", { grafana: image ?? "grafana/grafana:rendered" });
const files = renderHostFiles(fleet, "local").grafana!;
const uids = Object.values(dashboardUids);

test("its files fit each other", () => {
  expect(Object.keys(files)).toHaveLength(3 + uids.length);
  expect(grafanaFaults(files)).toEqual([]);
});

test.each([
  ["provisioning/datasources/odoo-fleet.yaml", "uid: odoo-fleet-prometheus", "uid: other", "that isn't provisioned"],
  ["provisioning/dashboards/odoo-fleet.yaml", "/dashboards", "/elsewhere", "no provider reads"],
  ["grafana.ini", "odoo-fleet-overview", "odoo-fleet-nothing", "the home dashboard"],
  ["dashboards/odoo-fleet-host.json", '"editable": false', '"editable": true', "can be changed"],
  ["dashboards/odoo-fleet-host.json", "odoo-fleet-host", "odoo-fleet-tenant", "two dashboards have one uid"],
])("a fault in %s (%s) is found", (file, right, wrong, fault) => {
  expect(files[file]).toContain(right);
  const broken = { ...files, [file]: files[file]!.replace(right, wrong) };
  expect(grafanaFaults(broken)).toEqual(expect.arrayContaining([expect.stringContaining(fault)]));
});

if (image === null) {
  test("NOT RUN HERE: Grafana's image isn't available, so only its files were validated", () => {
    process.stderr.write(
      "odoo-fleet: Grafana's image isn't available here: its files were validated, and it was not run\n",
    );
    expect(grafanaFaults(files)).toEqual([]);
  });
} else {
  describe(`${image}`, () => {
    const password = "onlyForThisTest";
    const containers = new WatchedFleet(fleet);
    let url = "";

    const ask = (path: string, as = password, init: RequestInit = {}): Promise<Response> =>
      fetch(`${url}${path}`, {
        ...init,
        headers: {
          "Content-Type": "application/json",
          Authorization: `Basic ${Buffer.from(`admin:${as}`).toString("base64")}`,
        },
      });

    beforeAll(async () => {
      await imageConfig(image);
      await containers.begin();
      url = await containers.startGrafana(image, files, password);
      await eventually(
        () =>
          ask("/api/health")
            .then(({ status }) => status)
            .catch(() => 0),
        (status) => status === 200,
        120,
      );
    });
    afterAll(() => containers.clean());

    test("lets nobody in without the password", async () => {
      expect((await ask("/api/search", "another")).status).toBe(401);
      expect((await fetch(`${url}/api/search`)).status).toBe(401);
    });

    test("lists the dashboards, read-only", async () => {
      const found = await eventually(
        async () => (await (await ask("/api/search?type=dash-db")).json()) as { uid: string }[],
        (list) => list.length >= uids.length,
        60,
      );
      expect(found.map(({ uid }) => uid).sort()).toEqual([...uids].sort());
      for (const uid of uids) {
        const { meta, dashboard } = (await (await ask(`/api/dashboards/uid/${uid}`)).json()) as {
          meta: { provisioned: boolean };
          dashboard: object;
        };
        expect(meta.provisioned).toBe(true);
        const body = JSON.stringify({ dashboard, overwrite: true });
        expect((await ask("/api/dashboards/db", password, { method: "POST", body })).status).toBe(400);
      }
    });

    test("reaches Prometheus", async () => {
      const answer = await ask("/api/datasources/uid/odoo-fleet-prometheus/health");
      expect(await answer.json()).toMatchObject({ status: "OK" });
    });

    test("shows each dashboard without an error, in pictures of build/pictures", async () => {
      const folder = join("build", "pictures");
      mkdirSync(folder, { recursive: true });
      await containers.visit();
      const executablePath = execFileSync("setup/chromium.sh", { encoding: "utf8" }).trim();
      const browser = await chromium.launch({ executablePath, args: chromiumArguments });
      try {
        const context = await browser.newContext({
          httpCredentials: { username: "admin", password, send: "always" },
          viewport: { width: 1600, height: 1200 },
        });
        const page = await context.newPage();
        for (const uid of uids) {
          await page.goto(`${url}/d/${uid}?kiosk&from=now-15m&to=now&var-host=local&var-tenant=acme`);
          await page.waitForLoadState("networkidle");
          expect(await page.locator('[data-testid="data-testid Panel status error"]').count()).toBe(0);
          await page.screenshot({ path: join(folder, `${uid}.png`), fullPage: true });
        }
      } finally {
        await browser.close();
      }
    });
  });
}
