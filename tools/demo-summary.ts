/** `demo-summary.ts OUTPUTS.json`: waits for every tenant's login page, then says how to use it. */
import { readFileSync } from "node:fs";
import type { FleetOutputs } from "../components";

/** Milliseconds that a tenant may take until its login page answers; after an `up` it answers at once. */
const deadline = 120_000;

async function waitForLogin(url: string): Promise<void> {
  const started = Date.now();
  for (;;) {
    const status = await fetch(`${url}/web/login`).then(
      (response) => response.status,
      (error: Error) => error.message,
    );
    if (status === 200) {
      return;
    }
    if (Date.now() - started > deadline) {
      throw new Error(`${url}/web/login does not answer after ${deadline / 1000} s; the last answer was ${status}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function main(file: string): Promise<void> {
  const { tenants, monitoring = {} } = JSON.parse(readFileSync(file, "utf8")) as Pick<
    FleetOutputs,
    "tenants" | "monitoring"
  >;
  for (const [name, tenant] of Object.entries(tenants)) {
    if (tenant.state === "running") {
      await waitForLogin(tenant.url);
      console.log(`\n  ${name} (${tenant.plan}, Odoo ${tenant.odooVersion})`);
      console.log(`    ${tenant.url}/web/login`);
      console.log(`    user admin, password: make password TENANT=${name}`);
    }
  }
  for (const [host, addresses] of Object.entries(monitoring)) {
    console.log(`\n  monitoring of host ${host}: user admin, password: make password HOST=${host}`);
    for (const [service, url] of Object.entries(addresses)) {
      console.log(`    ${service}: ${url}`);
    }
  }
  console.log("\nRemove everything again: make demo-down");
}

void main(process.argv[2]!);
