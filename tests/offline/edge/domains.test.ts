/** `make domains` against a real DNS server. */
import { execFile } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { domainProof } from "../../../fleet/domainProof";
import { fleetOfStackFile } from "../../../tools/stackFile";
import { lostDomains } from "../../../tools/up/domains";
import { freePorts } from "../../support/freePorts";
import { Pebble } from "../../support/pebble";

const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-domains-"));
const file = join(folder, "Pulumi.dev.yaml");
const pebble = new Pebble();
const proof = (tenant: string, domain: string): { name: string; value: string } =>
  domainProof("odoo.example.com", "dev", tenant, domain);

beforeAll(async () => {
  const [http, https] = await freePorts(2);
  await pebble.start({ validated: { http: http!, https: https! }, validitySeconds: 3600 });
});
afterAll(async () => {
  await pebble.stop();
  rmSync(folder, { recursive: true });
});

function declare(
  tenants: object,
  edge: object = { domain: "odoo.example.com", trustedProxies: ["192.0.2.0/24"] },
): void {
  writeFileSync(
    file,
    stringify({
      config: { "odoo-fleet:hosts": { local: {} }, "odoo-fleet:edge": edge, "odoo-fleet:tenants": tenants },
    }),
  );
}

function domains(...more: string[]): Promise<{ code: number; output: string }> {
  const args = ["--import", "tsx", "tools/domains.ts", "dev", "--config-file", file, "--file", file];
  return new Promise((resolve) => {
    execFile(process.execPath, [...args, "--resolver", pebble.resolver, ...more], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

const noted = (tenant: string): unknown =>
  (parse(readFileSync(file, "utf8")) as { config: Record<string, Record<string, { proven?: string[] }>> }).config[
    "odoo-fleet:tenants"
  ]![tenant]!.proven;

test("a domain is proven by its own tenant's record and where it leads, and only then noted", async () => {
  declare({ acme: { slot: 1 }, globex: { slot: 2, domains: ["erp.globex.test"] } });
  const shown = await domains();
  expect(shown).toMatchObject({ code: 1 });
  const { name, value } = proof("globex", "erp.globex.test");
  expect(shown.output).toContain(`${name}. TXT "${value}"`);
  expect(noted("globex")).toBeUndefined();

  // Another tenant's record proves nothing for this one.
  await pebble.setText(name, proof("acme", "erp.globex.test").value);
  expect(await domains()).toMatchObject({ code: 1, output: expect.stringContaining("isn't proven") as string });

  await pebble.setText(name, value);
  await pebble.setAddress("erp.globex.test", "203.0.113.9");
  const elsewhere = await domains();
  expect(elsewhere).toMatchObject({ code: 1, output: expect.stringContaining("leads to 203.0.113.9") as string });
  expect(elsewhere.output).toContain("CNAME globex.odoo.example.com.");
  expect(noted("globex")).toBeUndefined();

  // As the tenant's own name, which leads to this machine here.
  await pebble.setAddress("erp.globex.test", undefined);
  await pebble.setAddress("erp.globex.test", "127.0.0.1");
  expect(await domains("--tenant", "globex")).toEqual({
    code: 0,
    output: "globex: erp.globex.test is proven; it is served after make up\n",
  });
  expect(noted("globex")).toEqual(["erp.globex.test"]);
  expect(await domains()).toEqual({ code: 0, output: "globex: erp.globex.test is proven\n" });
});

test("one that was proven and isn't any more is told of, and stays until it is taken out", async () => {
  declare({ globex: { slot: 2, domains: ["erp.globex.test"], proven: ["erp.globex.test"] } });
  await pebble.setText(proof("globex", "erp.globex.test").name, undefined);
  const { code, output } = await domains();
  expect(code).toBe(1);
  expect(output).toContain("isn't proven any more: it is still served");
  expect(output).toContain("odoo-fleet:tenants.globex.domains");
  expect(noted("globex")).toEqual(["erp.globex.test"]);
});

test("an `up` tells of those that are served and shouldn't be any more, and of no other one", async () => {
  const shown = ["a.globex.test", "b.globex.test", "c.globex.test"];
  declare({
    globex: { slot: 2, domains: [...shown, "d.globex.test"], proven: shown },
    acme: { slot: 1, domains: ["a.acme.test"], proven: ["a.acme.test"] },
  });
  for (const domain of ["a.globex.test", "b.globex.test"]) {
    const { name, value } = proof("globex", domain);
    await pebble.setText(name, value);
  }
  await pebble.setAddress("b.globex.test", "203.0.113.9");
  const fleet = fleetOfStackFile(readFileSync(file, "utf8"), "dev");
  const resolver = new Resolver();
  resolver.setServers([pebble.resolver]);
  const lost = [
    "globex: b.globex.test leads to 203.0.113.9, and not where globex.odoo.example.com does",
    "globex: c.globex.test isn't proven any more: it is still served",
  ];
  const alsoLost = "acme: a.acme.test isn't proven any more: it is still served";
  expect(await lostDomains(fleet, resolver)).toEqual([alsoLost, ...lost]);
  expect(await lostDomains(fleet, resolver, ["globex"])).toEqual(lost);
  // Nobody answers: nothing is known.
  const [silent] = await freePorts(1);
  const nobody = new Resolver({ timeout: 200, tries: 1 });
  nobody.setServers([`127.0.0.1:${silent}`]);
  expect(await lostDomains(fleet, nobody)).toEqual([]);
});

test("one that leads to a proxy which is trusted is proven too", async () => {
  declare({ globex: { slot: 2, domains: ["shop.globex.test"] } });
  const { name, value } = proof("globex", "shop.globex.test");
  await pebble.setText(name, value);
  await pebble.setAddress("shop.globex.test", "192.0.2.7");
  expect(await domains()).toMatchObject({ code: 0 });
  expect(noted("globex")).toEqual(["shop.globex.test"]);
});

test("says what there is to prove where there is nothing", async () => {
  declare({ globex: { slot: 2 } });
  expect(await domains("--tenant", "globex")).toMatchObject({
    code: 2,
    output: expect.stringContaining("has no domains") as string,
  });
  declare({ globex: { slot: 2, domains: ["a.test"] } }, { domain: "localhost", certificates: "internal" });
  expect(await domains()).toMatchObject({ code: 0, output: expect.stringContaining("nothing to prove") as string });
});
