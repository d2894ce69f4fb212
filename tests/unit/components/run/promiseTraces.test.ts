import { skipPromiseTraces } from "../../../../components/run/promiseTraces";

const before = Error.prepareStackTrace?.bind(Error);
afterEach(() => {
  Error.prepareStackTrace = before;
  delete process.env["PULUMI_DEBUG_PROMISE_LEAKS"];
});

function debuggablePromise(): string | undefined {
  return new Error("where it was made").stack;
}

const anotherFunction = (): string | undefined => new Error("what went wrong").stack;

/** As ts-node does: something that is called for each trace that is read. */
function countTraces(): jest.Mock {
  const prepare = jest.fn((error: Error) => `mapped: ${error.message}`);
  Error.prepareStackTrace = prepare;
  return prepare;
}

test("promises get no trace, and errors the one that they had", () => {
  const prepare = countTraces();
  skipPromiseTraces();
  expect(debuggablePromise()).toBe("");
  expect(prepare).not.toHaveBeenCalled();
  expect(anotherFunction()).toBe("mapped: what went wrong");
});

test("promises get theirs where their leaks are looked for", () => {
  countTraces();
  process.env["PULUMI_DEBUG_PROMISE_LEAKS"] = "true";
  skipPromiseTraces();
  expect(debuggablePromise()).toBe("mapped: where it was made");
});

test("the function has this name in the SDK", async () => {
  const { debuggablePromise: real } = jest.requireActual<{
    debuggablePromise: (promise: Promise<void>, context: string) => Promise<void>;
  }>("@pulumi/pulumi/runtime/debuggable");
  countTraces();
  skipPromiseTraces();
  const promise: Promise<void> & { _debugStackTrace?: string } = Promise.resolve();
  await real(promise, "a test");
  expect(promise._debugStackTrace).toBe("");
});
