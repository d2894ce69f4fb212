import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import openapiTS, { astToString } from "openapi-typescript";
import { build } from "vite";
import { builtPages } from "../src/pages/site.ts";

/** Builds the pages: the client's types from `openapi.json`, the files that a browser gets, and each of them compressed. */
const client = new URL("../build/client/", import.meta.url);
await mkdir(client, { recursive: true });
const types = await openapiTS(new URL("../openapi.json", import.meta.url));
await writeFile(new URL("api.ts", client), astToString(types));

await build({ configFile: join(import.meta.dirname, "vite.config.ts") });

const assets = join(builtPages, "assets");
for (const name of await readdir(assets)) {
  const file = join(assets, name);
  const content = await readFile(file);
  await writeFile(`${file}.br`, brotliCompressSync(content));
  await writeFile(`${file}.gz`, gzipSync(content, { level: 9 }));
}
