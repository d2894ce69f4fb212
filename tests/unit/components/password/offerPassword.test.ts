import { createHash } from "node:crypto";
import { offerPassword, type RestoreSettings } from "../../../../components";
import { offerScript } from "../../../../components/password/offer";
import { passwordLink } from "../../../../fleet";

const token = "A".repeat(43);
const tokenHash = createHash("sha256").update(token).digest("hex");
const until = new Date("2026-11-29T10:00:00Z");

test("a link has its token where no server is told of it", () => {
  const { pathname, search, hash } = new URL(passwordLink("https://acme.example.com", token));
  expect([pathname, search, hash]).toEqual(["/odoo-fleet/password", "", `#${token}`]);
});

test("a database is given the hash alone, in a table that no backup has, where Odoo can do nothing but use it up", () => {
  const script = offerScript({ tokenHash, until }, "password");
  expect(script).not.toContain(token);
  expect(script).toContain(`VALUES ('${tokenHash}', '2026-11-29T10:00:00.000Z')`);
  expect(script).toContain("CREATE UNLOGGED TABLE IF NOT EXISTS odoo_fleet.password_link");
  expect(script.match(/GRANT .*;/g)).toEqual([
    "GRANT USAGE ON SCHEMA odoo_fleet TO odoo;",
    "GRANT SELECT, UPDATE (used_at) ON odoo_fleet.password_link TO odoo;",
  ]);
});

test.each([
  ["the token itself", { tokenHash: token, until }, "expected 64 hexadecimal digits"],
  ["a statement", { tokenHash: "'); DROP TABLE res_users; --", until }, "expected 64 hexadecimal digits"],
  ["no time", { tokenHash, until: new Date("tomorrow") }, "expected until when the link works"],
])("%s is refused before anything is asked", async (_, offer, why) => {
  await expect(offerPassword({} as RestoreSettings, offer)).rejects.toThrow(why);
});

test("a copy, whose users have no passwords of its source's, and what isn't declared take no link", async () => {
  const settings = (tenant: string): RestoreSettings => ({
    environment: "dev",
    hosts: { local: {} },
    tenants: { acme: { slot: 1 }, staging: { slot: 2, copyOf: "acme" } },
    tenant,
  });
  for (const tenant of ["staging", "globex"]) {
    await expect(offerPassword(settings(tenant), { tokenHash, until })).rejects.toThrow(
      `${tenant} isn't a declared tenant with data of its own`,
    );
  }
});
