/** The page of a team, in a real browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { newId } from "../../src/orders/identifiers.ts";
import { orderedBy } from "../support/customers.ts";
import { visitedPortal } from "../support/visitedPortal.ts";

const site = visitedPortal();

test("an owner who gives that up reads what he loses, and does it by his own address", async () => {
  const visitor = await site.visitor("en", "light");
  const page = await visitor.context.newPage();
  await orderedBy(visitor, site.portal, "team");
  const { customer_id } = await site.portal.database
    .selectFrom("tenant")
    .select("customer_id")
    .where("address", "=", "team")
    .executeTakeFirstOrThrow();
  await site.portal.database
    .insertInto("team_member")
    .values({ id: newId(), customer_id, email: "other@example.org", role: "owner" })
    .execute();
  const roleOf = async (): Promise<string> => {
    const { role } = await site.portal.database
      .selectFrom("team_member")
      .select("role")
      .where("email", "=", "team@example.org")
      .executeTakeFirstOrThrow();
    return role;
  };
  await page.goto("/team");
  const own = page.getByRole("listitem").filter({ hasText: "team@example.org (you)" });
  await own.getByLabel("Role of team@example.org").selectOption("member");
  await own.getByRole("button", { name: "Change the role" }).click();
  await own.getByText("You give up being an owner").waitFor();
  assert.ok(await own.getByRole("button", { name: "Change the role" }).isDisabled());
  assert.equal(await roleOf(), "owner");
  await own.getByLabel("Type team@example.org to go on").fill("team@example.org");
  await own.getByRole("button", { name: "Change the role" }).click();
  await page.getByRole("button", { name: "Change the role" }).first().waitFor({ state: "detached" });
  await page.getByText("Looks after instances").waitFor();
  assert.equal(await roleOf(), "member");
  assert.deepEqual(visitor.faults, []);
  await visitor.context.close();
});
