import { resolveFleet } from "../../../../fleet";
import { restoredTenant } from "../../../../components/restore/restorer";
import { withRenamedVolumes } from "../../../../components/restore/restoredState";
import { readTime, showTime } from "../../../../components/restore/time";

describe("a time", () => {
  test.each([
    ["2026-11-26 10:15", "2026-11-26 10:15:00.000+00"],
    ["2026-11-26T10:15:30.25Z", "2026-11-26 10:15:30.250+00"],
    ["2026-11-26 10:15 +02:00", "2026-11-26 08:15:00.000+00"],
  ])("%s is read as %s", (text, shown) => expect(showTime(readTime(text)!)).toBe(shown));

  test.each(["", "yesterday", "10:15", "2026-11-26", "2026-04-31 10:00", "2026-11-26 25:00", "2026-13-01 10:00"])(
    "%j is told what a time is",
    (text) => expect(() => readTime(text)).toThrow(`AT, "${text}", isn't a time. Expected: such as "2026-11-26 10:15"`),
  );
});

test("a state stands for the restored volumes, also when it is told twice, and nothing else of it changes", () => {
  const tenant = resolveFleet({ hosts: { local: {} }, tenants: { acme: {} } }, "dev").tenants["acme"]!;
  const volume = (name: string): object => ({
    urn: `urn:pulumi:dev::odoo-fleet::docker:index/volume:Volume::${name}`,
    type: "docker:index/volume:Volume",
    id: name,
    protect: true,
    inputs: { name, labels: [{ label: "a", value: name }] },
    outputs: { name, id: name, mountpoint: `/var/lib/docker/volumes/${name}/_data` },
  });
  const state = (...resources: object[]): string => JSON.stringify({ version: 3, deployment: { resources } });
  const others = [
    volume("dev-acme-repository"),
    volume("dev-acme-database-extra"),
    { type: "docker:index/container:Container", id: "1" },
  ];
  const renamed = withRenamedVolumes(
    state(volume("dev-acme-database"), ...others),
    restoredTenant("dev", tenant, 0),
    restoredTenant("dev", tenant, 1),
  );
  const [database, ...rest] = (JSON.parse(renamed) as { deployment: { resources: object[] } }).deployment.resources;
  expect(database).toMatchObject({
    id: "dev-acme-database-1",
    protect: true,
    inputs: { name: "dev-acme-database-1" },
    outputs: { id: "dev-acme-database-1", mountpoint: "/var/lib/docker/volumes/dev-acme-database-1/_data" },
  });
  expect(rest).toEqual(others);
  const twice = withRenamedVolumes(renamed, restoredTenant("dev", tenant, 0), restoredTenant("dev", tenant, 1));
  expect(twice).toBe(renamed);
});
