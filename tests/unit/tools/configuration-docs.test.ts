import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { rawConfig, resolveFleet } from "../../../fleet";
import { fleetSchemaTree, type SchemaNode } from "../../../fleet/schemaInfo";
import { stackFileSchema } from "../../../fleet/stackSchema";
import { generatedFiles, staleFiles } from "../../../tools/configuration-docs";

const project = resolve(__dirname, "../../..");

interface StackFile {
  config: Record<string, Record<string, unknown>>;
}

const readStack = (name: string): StackFile => parse(readFileSync(join(project, name), "utf8")) as StackFile;

describe("generated files", () => {
  test("are up to date (renew them with: node --require tsx/cjs tools/configuration-docs.ts)", () => {
    expect(staleFiles(project)).toEqual([]);
  });

  test("are reported with the first line that differs when they aren't", () => {
    const copy = mkdtempSync(join(tmpdir(), "odoo-fleet-docs-"));
    try {
      mkdirSync(join(copy, "docs"));
      for (const [file, content] of Object.entries(generatedFiles())) {
        writeFileSync(join(copy, file), content);
      }
      expect(staleFiles(copy)).toEqual([]);
      const file = join(copy, "docs/configuration.md");
      writeFileSync(file, readFileSync(file, "utf8").replace("# Configuration", "# Settings"));
      rmSync(join(copy, "docs/odoo-fleet.schema.json"));
      expect(staleFiles(copy)).toEqual([
        "docs/configuration.md:1\n  has:    # Settings\n  wanted: # Configuration",
        "docs/odoo-fleet.schema.json:1\n  has:    \n  wanted: {",
      ]);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});

describe("docs/configuration.md", () => {
  const text = generatedFiles()["docs/configuration.md"]!;

  /** Every key below a node, at any depth; images, and a plan's backup, have a table of their own. */
  const keysOf = ({ properties = {}, additionalProperties, items }: SchemaNode): string[] => [
    ...Object.keys(properties),
    ...[
      ...Object.entries(properties).flatMap(([key, node]) => (/^(images|backup)$/.test(key) ? [] : [node])),
      additionalProperties,
      items,
    ].flatMap((node) => (typeof node === "object" ? keysOf(node) : [])),
  ];
  const sections = Object.entries(fleetSchemaTree.properties!).filter(([key]) => key !== "images");
  const [, ofTenant] = text.split("Keys of `backup`, of a tenant and of a plan");

  test("tells of the keys of a tenant's backup, which are a plan's too", () => {
    const { tenants, plans } = fleetSchemaTree.properties!;
    const own = [tenants!, plans!].map((node) =>
      keysOf((node.additionalProperties as SchemaNode).properties!["backup"]!),
    );
    expect(own[0]).toEqual(own[1]);
    expect(own[0]!.filter((name) => !ofTenant!.split("**")[0]!.includes(`| \`${name}\` |`))).toEqual([]);
  });

  test.each(sections)("tells of %s and of each of its keys", (key, node) => {
    const [, section] = text.split(`\n## \`odoo-fleet:${key}\`\n`);
    const own = section?.split("\n## ")[0] ?? "";
    expect(keysOf(node).filter((name) => !own.includes(`| \`${name}\` |`))).toEqual([]);
    expect(own).not.toBe("");
  });
});

describe("the JSON Schema for editors", () => {
  const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(stackFileSchema());

  test.each(["Pulumi.dev.yaml", "Pulumi.prod.yaml"])(
    "accepts %s, which the program accepts too and which names the schema",
    (name) => {
      expect(validate(readStack(name)) ? [] : validate.errors).toEqual([]);
      const values = Object.entries(readStack(name).config).map(([key, value]) => [key, JSON.stringify(value)]);
      const fleet = resolveFleet(rawConfig(Object.fromEntries(values) as Record<string, string>), "dev");
      expect(Object.keys(fleet.tenants)).not.toHaveLength(0);
      expect(readFileSync(join(project, name), "utf8")).toMatch(
        /^# yaml-language-server: \$schema=docs\/odoo-fleet\.schema\.json\n/,
      );
    },
  );

  test.each([
    ["an unknown key of the namespace", { "odoo-fleet:tenant": {} }],
    ["an unknown key of a tenant", { "odoo-fleet:tenants": { acme: { plam: "basic" } } }],
    ["a slot out of range", { "odoo-fleet:tenants": { acme: { slot: 1000 } } }],
    ["an invalid tenant name", { "odoo-fleet:tenants": { "Acme Corp": {} } }],
    ["an unknown release", { "odoo-fleet:defaults": { odoo: "16.0" } }],
    ["an unknown release's image", { "odoo-fleet:images": { odoo: { "16.0": "odoo:16.0" } } }],
    ["a wrong type", { "odoo-fleet:plans": { big: { memory: "4096" } } }],
  ])("refuses %s", (_name, config) => {
    expect(validate({ config: { "odoo-fleet:hosts": { local: {} }, ...config } })).toBe(false);
  });

  test("leaves other namespaces alone", () => {
    expect(
      validate({ config: { "odoo-fleet:hosts": { local: {} }, "pulumi:tags": { a: "b" } }, encryptionsalt: "v1:x" }),
    ).toBe(true);
  });

  test("says of every key what it is", () => {
    const undescribed: string[] = [];
    const visit = (node: Record<string, unknown>, path: string): void => {
      const properties = (node.properties ?? {}) as Record<string, Record<string, unknown>>;
      for (const [key, inner] of Object.entries(properties)) {
        if (typeof inner.description !== "string") {
          undescribed.push(`${path}.${key}`);
        }
        visit(inner, `${path}.${key}`);
      }
      if (typeof node.additionalProperties === "object") {
        visit(node.additionalProperties as Record<string, unknown>, `${path}.*`);
      }
    };
    visit(stackFileSchema(), "");
    expect(undescribed).toEqual([]);
  });
});
