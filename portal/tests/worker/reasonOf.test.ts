import assert from "node:assert/strict";
import { test } from "node:test";
import { reasonOf } from "../../src/worker/reasonOf.ts";

test("what an engine or a network answers is logged by its message, and a fault of the program as a whole", () => {
  const gone = Object.assign(new Error("no such container"), { statusCode: 404 });
  assert.equal(reasonOf(gone), "no such container");
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  assert.equal(reasonOf(new TypeError("fetch failed", { cause: refused })), "fetch failed: connect ECONNREFUSED");
  const fault = new TypeError("undefined is not a function");
  assert.equal(reasonOf(fault), fault);
  assert.equal(reasonOf("a text"), "a text");
});
