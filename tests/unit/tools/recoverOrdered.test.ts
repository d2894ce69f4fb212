import { orderedArguments, sellsOn } from "../../../tools/recover/ordered";
import { readOptions } from "../../../tools/recover/options";
import { resolveFleet } from "../../../fleet";

const args = ["prod", "--config-file", "f", "--recoveries", "r", "--host", "paris"];

test("what was ordered is asked for alone by ORDERED=only, and by nothing else that is written there", () => {
  expect(readOptions(args)).toMatchObject({ isOrderedOnly: false, first: [] });
  expect(readOptions([...args, "--ordered", "only"])).toMatchObject({ isOrderedOnly: true });
  expect(readOptions([...args, "--ordered", "yes"])).toBeUndefined();
  expect(() => readOptions([...args, "--at", "yesterday"])).toThrow(/^AT, "yesterday", isn.t a time\./);
});

test("the portal's process is told the host, the identity and the moment, which it reads without a zone of its own", () => {
  expect(orderedArguments({ host: "paris" })).toEqual(["--host", "paris"]);
  expect(orderedArguments(readOptions([...args, "--identity", "key.txt", "--at", "2026-11-26 10:15"])!)).toEqual([
    ...["--host", "paris", "--identity", "key.txt", "--at", "2026-11-26T10:15:00.000Z"],
  ]);
});

test("a host has ordered tenants where the portal has slots on it", () => {
  const portal = {
    slots: { paris: { from: 500, to: 509 } },
    plans: { starter: { price: 2900, currency: "EUR" } },
    mail: { smtp: "smtp.example.com:587", from: "portal@example.com" },
  };
  const edge = { domain: "localhost", certificates: "internal" };
  const fleet = resolveFleet({ hosts: { paris: {} }, edge, portal }, "prod");
  expect([sellsOn(fleet, "paris"), sellsOn(fleet, "berlin"), sellsOn({}, "paris")]).toEqual([true, false, false]);
});
