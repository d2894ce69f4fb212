/** An alert that Alertmanager knows of. */
export interface KnownAlert {
  readonly labels: Readonly<Record<string, string>>;
  /** Since when it fires, ISO 8601. */
  readonly startsAt: string;
  /** Whether another one holds it back. */
  readonly isInhibited: boolean;
}

/** Asks an Alertmanager as its page does. */
export class AlertmanagerClient {
  constructor(
    private readonly url: string,
    private readonly password: string,
  ) {}

  /** What fires now. */
  async alerts(): Promise<KnownAlert[]> {
    const login = Buffer.from(`admin:${this.password}`).toString("base64");
    const response = await fetch(`${this.url}/api/v2/alerts`, { headers: { Authorization: `Basic ${login}` } });
    if (!response.ok) {
      throw new Error(`Alertmanager says ${response.status}: ${await response.text()}`);
    }
    const all = (await response.json()) as (Omit<KnownAlert, "isInhibited"> & { status: { inhibitedBy: string[] } })[];
    return all.map(({ labels, startsAt, status }) => ({
      labels,
      startsAt,
      isInhibited: status.inhibitedBy.length > 0,
    }));
  }
}
