import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Context } from "hono";
import { stream } from "hono/streaming";
import { type Failure, failureOf } from "./errors";
import type { OnEvent, TenantView } from "./tenants";

/** One line of the answer to a change. */
type Line =
  | { readonly event: "resource"; readonly type: string; readonly name: string; readonly change: string }
  | { readonly event: "done"; readonly tenant?: TenantView }
  | { readonly event: "failed"; readonly failure: Failure };

/** What a client learns of an engine's event: that a resource is about to change, or undefined. No value is passed on. */
function progressOf({ resourcePreEvent }: EngineEvent): Line | undefined {
  const { op, type = "", urn = "" } = resourcePreEvent?.metadata ?? {};
  // The stack and its providers are Pulumi's own, and there before the declaration is judged.
  const own = op !== undefined && op !== "same" && !type.startsWith("pulumi:");
  return own ? { event: "resource", type, name: urn.split("::").at(-1)!, change: op } : undefined;
}

/**
 * Answers with one JSON object a line (application/x-ndjson) while a change is made.
 *
 * The answer begins with the first resource that changes: what is refused before that has its own status.
 */
export async function respondWithProgress(
  context: Context,
  status: 200 | 201,
  change: (onEvent: OnEvent) => Promise<TenantView | undefined>,
): Promise<Response> {
  const lines: Line[] = [];
  let wake = (): void => {};
  let next = new Promise<void>((resolve) => (wake = resolve));
  const add = (line: Line | undefined): void => {
    if (line) {
      lines.push(line);
      wake();
    }
  };
  let over = false;
  const ended = change((event) => add(progressOf(event))).then(
    (tenant) => add({ event: "done", tenant }),
    (error: unknown) => add({ event: "failed", failure: failureOf(error) }),
  );
  void ended.then(() => {
    over = true;
    wake();
  });

  await next;
  const [first] = lines;
  if (first?.event === "failed") {
    return context.json(first.failure, first.failure.status);
  }
  context.status(status);
  context.header("Content-Type", "application/x-ndjson");
  return stream(context, async (output) => {
    // A client that goes away doesn't stop the change.
    while (!over || lines.length > 0) {
      for (const line of lines.splice(0)) {
        await output.writeln(JSON.stringify(line));
      }
      if (!over) {
        next = new Promise<void>((resolve) => (wake = resolve));
        if (lines.length === 0) {
          await next;
        }
      }
    }
  });
}
