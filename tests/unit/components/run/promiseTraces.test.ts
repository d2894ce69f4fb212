import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import { skipPromiseTraces } from "../../../../components/run/promiseTraces";

const sdk = debuggable as unknown as {
  debuggablePromise: (promise: Promise<void>, context: string) => Promise<void>;
};
const before = sdk.debuggablePromise;
afterEach(() => {
  sdk.debuggablePromise = before;
  delete process.env["PULUMI_DEBUG_PROMISE_LEAKS"];
});

/** The lines of the trace that the SDK notes for a promise. */
async function noted(): Promise<string[]> {
  const promise: Promise<void> & { _debugStackTrace?: string } = Promise.resolve();
  await sdk.debuggablePromise(promise, "a test");
  return promise._debugStackTrace!.split("\n").filter((line) => line.includes(" at "));
}

test("the SDK notes a trace for each promise, by this name", async () => {
  expect((await noted()).length).toBeGreaterThan(1);
});

test("promises get no trace, and errors the one that they had", async () => {
  skipPromiseTraces();
  expect(await noted()).toEqual([]);
  expect(new Error("what went wrong").stack).toContain(" at ");
});

test("promises get theirs where their leaks are looked for", async () => {
  process.env["PULUMI_DEBUG_PROMISE_LEAKS"] = "true";
  skipPromiseTraces();
  expect((await noted()).length).toBeGreaterThan(1);
});
