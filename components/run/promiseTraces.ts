/** The function of Pulumi's SDK that notes on each promise where it was made: `runtime/debuggable.ts`. */
const noting = "debuggablePromise";

/**
 * Spares the stack trace that Pulumi's SDK writes down for each promise, some hundred a container: half of the program's
 * time, since ts-node looks each line up in its source map. Only its report of leaked promises reads them, which is as it was
 * where that is asked for (`PULUMI_DEBUG_PROMISE_LEAKS`). Traces of errors stay as they are.
 *
 * For a program of its own alone: it concerns the whole process.
 */
export function skipPromiseTraces(): void {
  const prepare = Error.prepareStackTrace?.bind(Error);
  // Nobody looks anything up: V8's own traces are made when they are read.
  if (prepare === undefined || process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) {
    return;
  }
  Error.prepareStackTrace = (error, frames): unknown =>
    frames[0]?.getFunctionName() === noting ? "" : prepare(error, frames);
}
