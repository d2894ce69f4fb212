/** A customer's way in: Odoo's JSON-RPC over a tenant's published port. */
export class OdooClient {
  private cookie = "";

  constructor(private readonly url: string) {}

  /** The session's cookie after a login, as a browser sends it. */
  get session(): string {
    return this.cookie;
  }

  /** Logs in; the user's id, or undefined when the password is wrong. */
  async login(database: string, login: string, password: string): Promise<number | undefined> {
    const answer = await this.post<{ uid: number | null }>("/web/session/authenticate", {
      db: database,
      login,
      password,
    });
    return "result" in answer ? (answer.result?.uid ?? undefined) : undefined;
  }

  /** Calls a method of a model as the logged-in user. */
  async call<T>(model: string, method: string, args: unknown[], kwargs: object = {}): Promise<T> {
    const answer = await this.post<T>(`/web/dataset/call_kw/${model}/${method}`, { model, method, args, kwargs });
    if (!("result" in answer)) {
      throw new Error(`${model}.${method}: ${JSON.stringify(answer)}`);
    }
    return answer.result as T;
  }

  private async post<T>(path: string, params: object): Promise<{ result?: T; error?: object }> {
    const response = await fetch(this.url + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Cookie: this.cookie },
      body: JSON.stringify({ jsonrpc: "2.0", method: "call", params }),
    });
    const session = response.headers.getSetCookie().find((cookie) => cookie.startsWith("session_id="));
    this.cookie = session?.split(";")[0] ?? this.cookie;
    return (await response.json()) as { result?: T; error?: object };
  }
}

/**
 * Asks until `accept` holds. Conditions are waited for, never times.
 *
 * @param pause milliseconds between two questions: more of them where who is asked counts them.
 */
export async function eventually<T>(
  check: () => Promise<T>,
  accept: (value: T) => boolean,
  seconds = 120,
  pause = 250,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    // Errors of Node itself, as of its fetch, are no `instanceof Error` inside a test: a failure is told by where it came from.
    const outcome = await check().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if ("value" in outcome && accept(outcome.value)) {
      return outcome.value;
    }
    if (Date.now() > deadline) {
      const last = "value" in outcome ? String(JSON.stringify(outcome.value)).slice(0, 3000) : String(outcome.error);
      throw new Error(`still not so after ${seconds} s: ${last}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Status of a page. */
export async function statusOf(url: string): Promise<number> {
  return (await fetch(url, { redirect: "manual" })).status;
}
