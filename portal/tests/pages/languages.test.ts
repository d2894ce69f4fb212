import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../pages/languages/en.ts";
import { fr } from "../../pages/languages/fr.ts";
import { tenantSchema } from "../../src/api/schemas.ts";
import { phases } from "../../src/jobs/jobs.ts";
import { problemKinds } from "../../src/api/problems.ts";

/** All texts of a language, by their path. */
function textsOf(texts: object, before = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, text]: [string, string | object]) =>
    typeof text === "string" ? [[before + key, text] as [string, string]] : textsOf(text, `${before}${key}.`),
  );
}

test("both languages have the same texts with the same values in them, and no empty one", () => {
  const shape = (texts: object) =>
    textsOf(texts).map(([key, text]) => [key, [...text.matchAll(/\{\{\w+\}\}/g)].map(([value]) => value).sort()]);
  assert.deepEqual(shape(fr), shape(en));
  for (const [key, text] of [...textsOf(en), ...textsOf(fr)]) {
    assert.notEqual(text.trim(), "", key);
  }
});

test("there is a text for each problem of the API, and for an API that doesn't answer", () => {
  assert.deepEqual(Object.keys(en.problems).sort(), [...problemKinds, "unreachable"].sort());
});

test("there is a text for each state of a tenant and each phase of a job", () => {
  assert.deepEqual(Object.keys(en.instances.states).sort(), [...tenantSchema.shape.state.options].sort());
  assert.deepEqual(Object.keys(en.phases).sort(), [...phases].sort());
});
