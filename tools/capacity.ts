/**
 * `capacity.ts STACK --config-file FILE [--format text|json]`: what is promised to tenants, how many more fit on each host, and
 * what they use as Prometheus measured it. Without a Prometheus that answers, it prints what the declaration alone says,
 * and ends with 1.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { FleetConfigError } from "../fleet";
import { prometheusAccesses, stackOutputs } from "./capacity/access";
import { PrometheusError } from "./capacity/prometheus";
import { type CapacityReport, declaredCapacity, measuredCapacity } from "./capacity/report";
import { capacityTables } from "./capacity/table";
import { fleetOfStackFile } from "./stackFile";
import { parseStackReference } from "./stackName";

/** Runs the tool. @returns its exit code. */
export async function main(args: readonly string[], outputsOf: (stack: string) => Promise<unknown>): Promise<number> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { "config-file": text, format: text },
  });
  const [stack] = positionals;
  const { "config-file": file, format = "text" } = values;
  if (stack === undefined || file === undefined || !["text", "json"].includes(format)) {
    throw new Error("usage: capacity.ts STACK --config-file FILE [--format text|json]");
  }
  const { environment: name } = parseStackReference(stack);
  const fleet = fleetOfStackFile(readFileSync(file, "utf8"), name);
  let report: CapacityReport = { environment: name, hosts: declaredCapacity(fleet) };
  let failure: string | undefined;
  if (fleet.monitoring === undefined) {
    console.error(`odoo-fleet: nothing is measured, since ${stack} declares no odoo-fleet:monitoring`);
  } else {
    try {
      const accesses = prometheusAccesses(await outputsOf(stack));
      if (accesses.length === 0) {
        throw new PrometheusError(`the stack ${stack} has no Prometheus yet: make up STACK=${stack}`);
      }
      report = { ...report, measured: await measuredCapacity(accesses) };
    } catch (error) {
      if (!(error instanceof PrometheusError)) {
        throw error;
      }
      failure = `${error.message}. The figures below follow from the declaration alone.`;
      console.error(`odoo-fleet: ${failure}`);
    }
  }
  process.stdout.write(format === "json" ? `${JSON.stringify(report, null, 2)}\n` : capacityTables(report));
  return failure === undefined ? 0 : 1;
}

if (require.main === module) {
  main(process.argv.slice(2), stackOutputs)
    .then((code) => (process.exitCode = code))
    .catch((error: Error) => {
      console.error(error instanceof FleetConfigError ? error.message : `odoo-fleet: ${error.message}`);
      process.exitCode = 1;
    });
}
