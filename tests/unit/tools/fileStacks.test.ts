import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { namesInFiles, writtenInFiles } from "../../../tools/fileStacks";

const root = mkdtempSync(join(tmpdir(), "odoo-fleet-test-"));
const backend = `file://${root}?metadata=skip`;
const folder = join(root, ".pulumi", "stacks", "odoo-fleet");
const write = (file: string, text = "{}"): void => writeFileSync(join(folder, file), text);
afterAll(() => rmSync(root, { recursive: true }));

it("knows nothing of a backend of another kind, or without a stack of the project", () => {
  expect(namesInFiles("https://api.pulumi.com", "odoo-fleet")).toBeUndefined();
  expect(namesInFiles("", "odoo-fleet")).toBeUndefined();
  expect(namesInFiles(backend, "odoo-fleet")).toBeUndefined();
});

it("names stacks by the files of their states, and by no others beside them", () => {
  mkdirSync(folder, { recursive: true });
  for (const ending of ["json", "json.bak", "json.attrs", "pulumi-tags"]) {
    write(`prod.${ending}`);
    write(`prod.acme.${ending}`);
  }
  write("dev.json.gz");
  expect(namesInFiles(backend, "odoo-fleet")!.sort()).toEqual(["dev", "prod", "prod.acme"]);
});

it("says when a state was written, another time after each write", () => {
  const at = (): string | undefined => writtenInFiles(backend, "odoo-fleet", "prod.acme");
  const before = at();
  expect(at()).toBe(before);
  write("prod.acme.json", "{ }");
  expect(at()).not.toBe(before);
  const larger = at();
  utimesSync(join(folder, "prod.acme.json"), 1, 1);
  expect(at()).not.toBe(larger);
  expect(writtenInFiles(backend, "odoo-fleet", "dev")).toBeDefined();
  expect(writtenInFiles(backend, "odoo-fleet", "nowhere")).toBeUndefined();
});
