/** A Prometheus and the login to it. */
export interface PrometheusAccess {
  /** Such as `http://127.0.0.1:30000`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** One series of an instant query. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Prometheus didn't answer as expected. The message holds address and reason, and never the password. */
export class PrometheusError extends Error {
  override readonly name = "PrometheusError";
}

/** Milliseconds after which a Prometheus that doesn't answer is given up. */
const deadline = 10_000;

/** Asks for the present value of an expression. @throws PrometheusError */
export async function ask({ url, user, password }: PrometheusAccess, expr: string): Promise<Sample[]> {
  const address = new URL(`api/v1/query?query=${encodeURIComponent(expr)}`, `${url}/`);
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  let response: Response;
  try {
    response = await fetch(address, { headers: { authorization }, signal: AbortSignal.timeout(deadline) });
  } catch (error) {
    throw new PrometheusError(`Prometheus at ${url} doesn't answer: ${reason(error)}`);
  }
  if (response.status === 401) {
    throw new PrometheusError(
      `Prometheus at ${url} refuses the stack's login: run \`make up\`, or ask another address`,
    );
  }
  const body = (await response.json().catch(() => undefined)) as Answer | undefined;
  if (body?.status !== "success") {
    throw new PrometheusError(`Prometheus at ${url} answered ${response.status}: ${body?.error ?? "no JSON"}`);
  }
  return (body.data?.result ?? []).map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
}

interface Answer {
  readonly status?: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly { metric: Record<string, string>; value: [number, string] }[] };
}

function reason(error: unknown): string {
  const { cause, message } = error as Error & { cause?: Error & { code?: string } };
  return cause?.code ?? cause?.message ?? message;
}
