import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderNginxConf } from "../../components/tenant/config/nginxConf";

const folder = mkdtempSync(join(tmpdir(), "gixy-"));
let gixy: string;

beforeAll(() => {
  gixy = execFileSync("setup/python-tool.sh", ["gixy"], { encoding: "utf8" }).trim();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What Gixy finds, as the names of its checks. */
function findings(conf: string): string[] {
  const file = join(folder, "nginx.conf");
  writeFileSync(file, conf);
  const { stdout, stderr } = spawnSync(gixy, ["--format", "json", file], { encoding: "utf8" });
  try {
    return (JSON.parse(stdout) as { plugin: string }[]).map(({ plugin }) => plugin);
  } catch {
    throw new Error(`gixy: ${stdout}${stderr}`);
  }
}

const settings = { tenant: "acme", odooAddress: "10.200.0.98", uploadMiB: 64, requestSeconds: 600, cacheMiB: 24 };

test.each([{ workers: 0 }, { workers: 2, logReaderAddress: "10.200.0.100" }, { workers: 2, edgeSecret: "5ec4e7" }])(
  "Gixy finds nothing in a tenant's configuration: %o",
  (more) => {
    expect(findings(renderNginxConf({ ...settings, ...more }))).toEqual([]);
  },
);

test("Gixy does find what the configuration was made clean of", () => {
  const conf = renderNginxConf({ ...settings, workers: 0 });
  expect(findings(conf.replaceAll("$host$host_port", "$http_host"))).toContain("host_spoofing");
  expect(findings(conf.replace("worker_rlimit_nofile 4096;", ""))).not.toEqual([]);
});
