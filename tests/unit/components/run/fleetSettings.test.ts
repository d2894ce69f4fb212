import * as pulumi from "@pulumi/pulumi";
import { resolveSettings } from "../../../../components/run/fleetSettings";

afterEach(() => jest.restoreAllMocks());

it("a fleet is resolved at the moment that is given, and says which tenants don't run by their own times", () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const lifecycle = { activeHours: ["Mon-Fri 08:00-20:00 Europe/Paris"] };
  const tenants = {
    acme: { slot: 1, lifecycle },
    globex: { slot: 2 },
    initech: { slot: 3, state: "suspended" as const },
  };
  const settings = { environment: "dev", hosts: { local: {} }, tenants };
  const statesAt = (now: string): string[] =>
    Object.values(resolveSettings(settings, new Date(now)).fleet.tenants).map(({ state }) => state);
  expect(statesAt("2026-11-27T12:00Z")).toEqual(["running", "running", "suspended"]);
  expect(warn).not.toHaveBeenCalled();
  expect(statesAt("2026-11-27T23:00Z")).toEqual(["suspended", "running", "suspended"]);
  expect(warn.mock.calls).toEqual([
    ["acme is suspended: these aren't its active hours; until Mon 2026-11-30 08:00 Europe/Paris (2026-11-30T07:00Z)"],
  ]);
});
