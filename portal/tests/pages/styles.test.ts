import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const pages = fileURLToPath(new URL("../../pages", import.meta.url));
const styles = dirname(createRequire(import.meta.url).resolve("@mantine/core/styles/Text.css"));

test("whichever component of Mantine's the pages use, its styles are among theirs", () => {
  const sources = globSync("**/*.tsx", { cwd: pages }).map((file) => readFileSync(join(pages, file), "utf8"));
  const imported = sources.flatMap((source) =>
    [...source.matchAll(/import \{([^}]+)\} from "@mantine\/core"/g)].flatMap(([, names]) =>
      names!.split(",").map((name) => name.trim()),
    ),
  );
  const used = [...new Set(imported)].filter((name) => existsSync(join(styles, `${name}.css`))).sort();
  assert.ok(used.includes("Table") && used.includes("Button"));
  const own = readFileSync(join(pages, "styles.ts"), "utf8");
  assert.deepEqual(
    used.filter((name) => !own.includes(`"@mantine/core/styles/${name}.css"`)),
    [],
  );
});
