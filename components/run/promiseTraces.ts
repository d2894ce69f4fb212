import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

/** The function of Pulumi's SDK that notes on each promise where it was made: `runtime/debuggable.ts`. */
type Note = (promise: Promise<unknown>, context: string) => Promise<unknown>;

/**
 * Spares the stack trace that Pulumi's SDK writes down for each promise, some hundred a container: half of the program's
 * time, since ts-node looks each line up in its source map. Only its report of leaked promises reads them, which is as it was
 * where that is asked for (`PULUMI_DEBUG_PROMISE_LEAKS`). Traces of errors stay as they are.
 *
 * For a program of its own alone: it concerns the whole process.
 */
export function skipPromiseTraces(): void {
  const module = debuggable as unknown as { debuggablePromise: Note };
  const note = module.debuggablePromise;
  // Another SDK may do without.
  if (typeof note !== "function" || process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) {
    return;
  }
  module.debuggablePromise = (promise, context) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return note(promise, context);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}
