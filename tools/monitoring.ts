/**
 * `monitoring.ts STACK [FOLDER]`: renders everything that monitoring reads (Prometheus's configuration and rules, Alertmanager's
 * with its mail templates, the exporters', Grafana's and the dashboards) from `Pulumi.STACK.yaml` into FOLDER/HOST/SERVICE/, by default below build/monitoring.
 * Asks no engine and decrypts nothing: secrets are files that the rendered ones name, and what can't do without their
 * content is left out and said.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { FleetConfigError } from "../fleet";
import type { Fleet } from "../fleet/types";
import { files } from "../monitoring/contract";
import { renderHostFiles } from "../monitoring/files";
import { ownPart } from "../fleet/layout";
import { isWatched } from "../fleet/watched";
import { fleetOfStackFile } from "./stackFile";
import { parseStackReference } from "./stackName";

/** Files that are or hold secrets, by service; `pulumi up` makes them. */
const secretFiles: Readonly<Record<string, readonly string[]>> = {
  prometheus: [files.prometheus.web, files.prometheus.password],
  alertmanager: [files.alertmanager.web, files.alertmanager.mailPassword, files.alertmanager.heartbeatUrl],
  grafana: [files.grafana.password],
  "postgres-exporter": [files["postgres-exporter"].config],
};

/** Everything that is rendered, by path below the target. */
export function renderAll(fleet: Fleet): Record<string, string> {
  if (!isWatched(fleet)) {
    return {};
  }
  return Object.fromEntries(
    Object.keys(fleet.hosts).flatMap((host) =>
      Object.entries(renderHostFiles(fleet, host)).flatMap(([service, content]) =>
        Object.entries(content).map(([file, text]) => [join(host, service, file), text]),
      ),
    ),
  );
}

function main(stack: string, folder: string): void {
  const { environment: name } = parseStackReference(stack);
  const source = `Pulumi.${name}.yaml`;
  if (!existsSync(source)) {
    throw new Error(`STACK=${stack}: there is no ${source}`);
  }
  const fleet = ownPart(fleetOfStackFile(readFileSync(source, "utf8"), name));
  if (!isWatched(fleet)) {
    throw new Error(
      `${source} has no odoo-fleet:monitoring; pulumi config set --path odoo-fleet:monitoring.mode central`,
    );
  }
  rmSync(folder, { recursive: true, force: true });
  const rendered = renderAll(fleet);
  for (const [path, text] of Object.entries(rendered)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  console.log(`wrote ${Object.keys(rendered).length} files to ${folder}`);
  for (const { host, services } of Object.values(fleet.monitoring.hosts)) {
    const secret = services.flatMap((service) => (secretFiles[service] ?? []).map((file) => `${service}/${file}`));
    console.log(`not written for ${host}, since they are secrets that pulumi up creates: ${secret.join(", ")}`);
  }
}

if (require.main === module) {
  const [stack = "dev", folder = join("build", "monitoring")] = process.argv.slice(2);
  try {
    main(stack, folder);
  } catch (error) {
    console.error(error instanceof FleetConfigError ? error.message : `odoo-fleet: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
