/**
 * An answer that says that it is for now, and to whom a program that asks may come back.
 *
 * @param retryAfter seconds.
 */
export function unavailable(retryAfter: number, body: string, type = "text/html"): object {
  return {
    handler: "static_response",
    status_code: 503,
    headers: {
      "Retry-After": [`${retryAfter}`],
      "Cache-Control": ["no-store"],
      "Content-Type": [`${type}; charset=utf-8`],
    },
    body,
  };
}

/** A page in the middle of the window. */
export function htmlPage(head: string, body: string): string {
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}</head>` +
    '<body style="font-family:system-ui,sans-serif;display:grid;place-items:center;align-content:center;min-height:90vh;color:#444">' +
    `${body}</body></html>`
  );
}
