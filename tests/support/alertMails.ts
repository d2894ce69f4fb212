import type { Delivered, MailServer } from "./mailServer";
import { eventually } from "./odooClient";

/** What is true of a machine that runs tests, and nothing of what these tests do; its own disk may well be filling. */
const ofTheMachine = ["HostLoadHigh", "HostMemoryHigh", "HostClockSkewed", "HostDiskFilling", "ContainerThrottled"];

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

  /** Leaves what has come so far out of everything that follows. */
  forget(): void {
    this.first = this.server.mails.length;
  }

  /** Waits for a mail of an alert, at most three minutes. */
  arrived(alert: string, isResolved: boolean): Promise<Delivered> {
    return eventually(
      () => Promise.resolve(this.all.find((mail) => mail.alerts.includes(alert) && mail.isResolved === isResolved)!),
      (mail) => mail !== undefined,
      180,
    );
  }
}
