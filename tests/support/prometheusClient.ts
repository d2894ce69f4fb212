/** A sample of an instant query. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Something that is scraped. */
export interface ScrapedTarget {
  readonly labels: Readonly<Record<string, string>>;
  /** Where it is asked, with the query. */
  readonly scrapeUrl: string;
  readonly health: string;
  readonly lastError: string;
}

/** Asks a Prometheus as its pages do. */
export class PrometheusClient {
  constructor(
    private readonly url: string,
    private readonly password: string,
  ) {}

  /** Result of an instant query that gives a vector or a scalar. */
  async query(expression: string): Promise<Sample[]> {
    const { resultType, result } = await this.get<{
      resultType: string;
      result: { metric: Record<string, string>; value: [number, string] }[] | [number, string];
    }>(`query?query=${encodeURIComponent(expression)}`);
    return resultType === "scalar"
      ? [{ labels: {}, value: Number((result as [number, string])[1]) }]
      : (result as { metric: Record<string, string>; value: [number, string] }[]).map(({ metric, value }) => ({
          labels: metric,
          value: Number(value[1]),
        }));
  }

  /** What is scraped, and how that goes. */
  async targets(): Promise<readonly ScrapedTarget[]> {
    return (await this.get<{ activeTargets: ScrapedTarget[] }>("targets?state=active")).activeTargets;
  }

  private async get<T>(path: string): Promise<T> {
    const login = Buffer.from(`admin:${this.password}`).toString("base64");
    const response = await fetch(`${this.url}/api/v1/${path}`, { headers: { Authorization: `Basic ${login}` } });
    const body = (await response.json()) as { status: string; error?: string; data: T };
    if (body.status !== "success") {
      throw new Error(`Prometheus says: ${body.error}`);
    }
    return body.data;
  }
}
