import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkPackConfig } from "../../policy/lib/packConfig";

const paths = (config: unknown): string[] => checkPackConfig(config).map(({ path }) => path);

it("takes levels, settings and exceptions with a reason", () => {
  const exceptions = [{ label: "odoo-fleet.service=node-exporter", reason: "it measures the host" }];
  expect(paths({ "cpu-limit": "mandatory", "no-sensitive-mount": { exceptions }, all: "advisory" })).toEqual([]);
  expect(
    paths({ "image-pinned-required": { registries: ["registry.example.com"], enforcementLevel: "advisory" } }),
  ).toEqual([]);
});

it.each([
  ["an unknown rule", { "no-such-rule": "advisory" }, "no-such-rule"],
  ["an exception for an unknown rule", { "no-such-rule": { exceptions: [] } }, "no-such-rule"],
  ["an unknown level", { restart: "sometimes" }, "restart"],
  ["an unknown setting", { restart: { often: true } }, "restart.often"],
  ["no reason", { restart: { exceptions: [{ resource: "a" }] } }, "restart.exceptions[0].reason"],
  [
    "a reason that says nothing",
    { restart: { exceptions: [{ resource: "a", reason: "so" }] } },
    "restart.exceptions[0].reason",
  ],
  ["no resource", { restart: { exceptions: [{ reason: "a written reason" }] } }, "restart.exceptions[0]"],
  ["no list", { restart: { exceptions: {} } }, "restart.exceptions"],
  ["no object", [], ""],
])("refuses %s, with its place and the way out", (_what, config, path) => {
  const [problem, ...others] = checkPackConfig(config);
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ path });
  expect(problem!.expected).not.toBe("");
  expect(problem!.wayOut).not.toBe("");
});

it("finds nothing wrong with the project's own files", () => {
  const folder = join(__dirname, "..", "..", "policy", "config");
  for (const file of readdirSync(folder)) {
    expect(checkPackConfig(JSON.parse(readFileSync(join(folder, file), "utf8")))).toEqual([]);
  }
});
