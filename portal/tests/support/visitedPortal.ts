import { after, before } from "node:test";
import type { Browser } from "playwright-core";
import { type Language, startChromium, Visitor } from "./chromium.ts";
import type { Postgres } from "./postgres.ts";
import { RunningPortal } from "./runningPortal.ts";

/** A portal that runs, and visitors with a browser, for the tests of a file. */
export interface VisitedPortal {
  readonly portal: RunningPortal;

  /** Somebody who comes with a browser of his own. */
  visitor(language: Language, theme: "light" | "dark", zone?: string): Promise<Visitor>;
}

/**
 * Starts the portal and a browser before the tests of a file; both go after them, also when only one of them came up.
 *
 * @param host under which the portal is visited: an address, or a name, without which browsers know no passkeys.
 * @param changes of its settings.
 * @param startPostgres starts its PostgreSQL; by default it is the one that the run's files share.
 */
export function visitedPortal(
  host = "127.0.0.1",
  changes: () => Promise<Readonly<Record<string, unknown>>> = () => Promise.resolve({}),
  startPostgres?: () => Promise<Postgres>,
): VisitedPortal {
  let portal: RunningPortal | undefined;
  let browser: Browser | undefined;
  before(() =>
    Promise.all([
      changes()
        .then((changed) => RunningPortal.start(host, changed, startPostgres))
        .then((started) => (portal = started)),
      startChromium().then((started) => (browser = started)),
    ]),
  );
  after(async () => {
    await browser?.close();
    await portal?.stop();
  });
  return {
    get portal() {
      return portal!;
    },
    visitor: (language, theme, zone) => Visitor.come(browser!, portal!.origin, language, theme, zone),
  };
}
