/**
 * What PostgreSQL answers when it isn't there for now: it ends a session (57P01 to 57P03), refuses another one, has no disk or no memory left (class 53), or the
 * connection failed (class 08).
 */
const states = /^(08...|53...|57P0[1-3])$/;

/** What the driver says of a connection that went, or wasn't to be had in time. */
const texts =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/** What the system says of a server that isn't there. */
const codes = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENOTFOUND", "EAI_AGAIN"];

/** Whether the database said, or the driver of it, that it can't be had for now; the same may be asked again. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  return states.test((error as { code?: string }).code ?? "") || texts.test(error.message);
}

/** The same, or that a server refuses or breaks connections: where nothing but the database was asked, it is that one. */
export function isServerAway(error: unknown): boolean {
  // What better-auth couldn't read it says in an error of its own.
  if (error instanceof Error && error.name === "APIError" && error.cause !== undefined) {
    return isServerAway(error.cause);
  }
  const parts: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return parts.some(
    (part) => isDatabaseAway(part) || codes.includes((part as { code?: string } | undefined)?.code ?? ""),
  );
}
