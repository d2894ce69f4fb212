import { writeFile } from "node:fs/promises";
import { openApiDocument } from "./api/app.ts";

/** Writes `openapi.json` anew from the code. */
await writeFile(new URL("../openapi.json", import.meta.url), `${JSON.stringify(await openApiDocument(), null, 2)}\n`);
