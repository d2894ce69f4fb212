import type { Delivered, MailServer } from "./mailServer";
import { eventually } from "./odooClient";

/** What is true of a machine that runs tests, and nothing of what these tests do; its own disk may well be filling. */
const ofTheMachine = [
  "HostOutOfMemory",
  "HostLoadHigh",
  "HostMemoryHigh",
  "HostClockSkewed",
  "HostDiskFilling",
  "ContainerThrottled",
];

/** Whether an alert is about what tests do, and not about the machine that they run on. */
export function isOfTheTest(alert: string): boolean {
  return !ofTheMachine.includes(alert) && alert !== "Watchdog";
}

/** The mails of a server that are about what a test does. */
export class AlertMails {
  private first = 0;

  constructor(private readonly server: MailServer) {}

  /** Those since the last call of `forget`. */
  get all(): readonly Delivered[] {
    return this.server.mails.slice(this.first).filter(({ alerts }) => alerts.some(isOfTheTest));
  }

  /** What was told, each as `PostgresDown on` or `PostgresDown over`, once and sorted. */
  get told(): string[] {
    const told = this.all.flatMap(({ alerts, isResolved }) =>
      alerts.filter(isOfTheTest).map((name) => `${name} ${isResolved ? "over" : "on"}`),
    );
    return [...new Set(told)].sort();
  }

  /** Alerts that a mail has begun to tell of, and none has ended, each with its host and tenant. */
  get unfinished(): string[] {
    const last = new Map(this.all.map(({ alerts, text, isResolved }) => [scope(alerts, text), isResolved]));
    return [...last].filter(([, isResolved]) => !isResolved).map(([key]) => key);
  }

  /** Leaves what has come so far out of everything that follows. */
  forget(): void {
    this.first = this.server.mails.length;
  }

  /** Waits for a mail of an alert, at most five minutes; `after` of `all` don't count. */
  arrived(alert: string, isResolved: boolean, after = 0): Promise<Delivered> {
    const isIt = (mail: Delivered): boolean => mail.alerts.includes(alert) && mail.isResolved === isResolved;
    return eventually(
      () => Promise.resolve(this.all.slice(after).find(isIt)!),
      (mail) => mail !== undefined,
      300,
    );
  }
}

/** What mails are grouped by. */
function scope(alerts: readonly string[], text: string): string {
  const value = (word: string): string => new RegExp(`^ *${word}: (.+)$`, "m").exec(text)?.[1] ?? "";
  return [alerts.join(), value("Host"), value("Tenant")].join(" ").trim();
}
