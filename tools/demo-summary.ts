/** `demo-summary.ts OUTPUTS.json`: waits for every tenant's login page, then says how to use it. */
import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { get as getHttp, type RequestOptions } from "node:http";
import { get as getHttps } from "node:https";
import type { FleetOutputs } from "../components";

/** Milliseconds that a tenant may take until its login page answers; after an `up` it answers at once. */
const deadline = 120_000;

/**
 * Status of a page, or why there is none.
 *
 * Names below `localhost` are this machine's (RFC 6761). Browsers and curl know that; a system's own resolver needn't. Who signed
 * the certificate isn't asked: whether this machine trusts the fleet's own authority is its user's to decide.
 */
function statusOf(url: URL): Promise<number | string> {
  const own: RequestOptions = /(^|\.)localhost$/.test(url.hostname) ? { hostname: "127.0.0.1" } : {};
  return new Promise((resolve) => {
    const answered = (answer: { statusCode?: number; resume(): unknown }): void => {
      answer.resume();
      resolve(answer.statusCode!);
    };
    const options = { agent: false, headers: { Host: url.host }, ...own };
    const request =
      url.protocol === "https:"
        ? getHttps(url, { ...options, servername: url.hostname, rejectUnauthorized: false }, answered)
        : getHttp(url, options, answered);
    request.on("error", (error) => resolve(error.message));
  });
}

async function waitForPage(page: string): Promise<void> {
  const started = Date.now();
  for (;;) {
    const status = await statusOf(new URL(page));
    if (status === 200) {
      return;
    }
    if (Date.now() - started > deadline) {
      throw new Error(`${page} does not answer after ${deadline / 1000} s; the last answer was ${status}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Names that this system's resolver doesn't know, as programs other than browsers and curl would ask it. */
async function unknownNames(urls: readonly string[]): Promise<string[]> {
  const names = urls.map((url) => new URL(url).hostname);
  const found = await Promise.all(
    names.map((name) =>
      lookup(name).then(
        () => true,
        () => false,
      ),
    ),
  );
  return names.filter((_, index) => !found[index]);
}

async function sayHowToReach(urls: readonly string[]): Promise<void> {
  if (urls.some((url) => url.startsWith("https:"))) {
    console.log("\nBrowsers warn of the certificates until this machine trusts the fleet's own authority: make trust");
  }
  const unknown = await unknownNames(urls);
  if (unknown.length > 0) {
    console.log("Browsers and curl know names below localhost. For programs that don't, add to /etc/hosts:");
    console.log(`  127.0.0.1 ${unknown.join(" ")}`);
  }
}

async function main(file: string): Promise<void> {
  const {
    tenants,
    portal,
    monitoring = {},
  } = JSON.parse(readFileSync(file, "utf8")) as Pick<FleetOutputs, "tenants" | "portal" | "monitoring">;
  const running = Object.entries(tenants).filter(([, { state }]) => state === "running");
  for (const [name, tenant] of running) {
    await waitForPage(`${tenant.url}/web/login`);
    console.log(`\n  ${name} (${tenant.plan}, Odoo ${tenant.odooVersion})`);
    console.log(`    ${tenant.url}/web/login`);
    console.log(`    user admin, password: make password TENANT=${name}`);
  }
  for (const [host, addresses] of Object.entries(monitoring)) {
    console.log(`\n  monitoring of host ${host}: user admin, password: make password HOST=${host}`);
    for (const [service, url] of Object.entries(addresses)) {
      console.log(`    ${service}: ${url}`);
    }
  }
  if (portal) {
    await waitForPage(`${portal.url}/`);
    console.log("\n  portal: customers order tenants here");
    console.log(`    ${portal.url}/`);
    console.log("    mails, such as those by which orders are confirmed: build/demo-mails");
    console.log("    an operator acts by a token of the API: make portal-token EMAIL=you@example.com");
  }
  await sayHowToReach([...running.map(([, { url }]) => url), ...(portal ? [portal.url] : [])]);
  console.log("\nRemove everything again: make demo-down");
}

main(process.argv[2]!).catch((error: Error) => {
  console.error(`odoo-fleet: ${error.message}`);
  process.exitCode = 1;
});
