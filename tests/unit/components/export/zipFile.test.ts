import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { asFile } from "../../../../components/export/zipFile";

describe("a file of an export", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "odoo-fleet-export-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const path = (): string => join(folder, "acme.zip");

  it("has its name once it is whole, and takes the place of what a killed one left", async () => {
    writeFileSync(join(folder, ".acme.zip.part"), "a longer part of before");
    const result = await asFile(path(), async (to) => {
      expect(readdirSync(folder)).toEqual([".acme.zip.part"]);
      await pipeline(Readable.from(["wh", "ole"]), to);
      return 5;
    });
    expect([result, readFileSync(path(), "utf8"), statSync(path()).mode & 0o777]).toEqual([5, "whole", 0o600]);
    expect(readdirSync(folder)).toEqual(["acme.zip"]);
  });

  it("isn't there when what writes it fails, and nothing else is", async () => {
    const failing = asFile(path(), (to) =>
      pipeline(
        (async function* () {
          yield "half";
          await Promise.reject(new Error("pg_dump ended with 1"));
        })(),
        to,
      ),
    );
    await expect(failing).rejects.toThrow("pg_dump ended with 1");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("isn't written over what is there, neither before nor at the end, nor where there is no folder", async () => {
    const late = asFile(path(), async (to) => {
      await pipeline(Readable.from(["export"]), to);
      writeFileSync(path(), "somebody's");
    });
    await expect(late).rejects.toThrow(/acme\.zip is there already, and isn't written over/);
    await expect(asFile(path(), () => Promise.resolve())).rejects.toThrow(/is there already/);
    expect([readFileSync(path(), "utf8"), readdirSync(folder)]).toEqual(["somebody's", ["acme.zip"]]);
    await expect(asFile(join(folder, "none", "acme.zip"), () => Promise.resolve())).rejects.toThrow(/none isn't there/);
  });
});
