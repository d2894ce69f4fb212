import type * as docker from "@pulumi/docker";

/**
 * A healthcheck by a tool of the container.
 *
 * @param command a program of the image, and its arguments.
 */
export function healthcheck(...command: string[]): docker.types.input.ContainerHealthcheck {
  return { tests: ["CMD", ...command], interval: "15s", timeout: "10s", startPeriod: "1m0s", retries: 3 };
}

/** Where a container notes that it has worked since it was started: a tmpfs of its own, which is empty then. */
const worked = "/tmp/odoo-fleet-worked";

/** Rests before it looks, once the container has worked; until then it looks all the time. */
const restingLook = `if [ -e ${worked} ]; then sleep 9; exec "$@"; fi
for _ in $(seq 20); do
  if "$@" 2>/dev/null; then touch ${worked}; exit 0; fi
  sleep 0.5
done
exec "$@"`;

/**
 * The healthcheck of a container that a run waits for (`wait`): it is healthy a second after it works, and looked at every ten seconds from then on.
 *
 * An engine looks for the first time when an interval is over, and one for the time of the start is only known to API 1.44, which Debian 12's engine
 * isn't of. So the interval is short, and the looks rest by themselves. The container has a shell and a tmpfs at `/tmp`.
 *
 * @param startPeriod for how long a look that fails counts for nothing, e.g. `3m0s`.
 * @param command a program of the image, and its arguments.
 */
export function awaitedHealthcheck(
  { startPeriod, retries }: { readonly startPeriod: string; readonly retries: number },
  ...command: string[]
): docker.types.input.ContainerHealthcheck {
  const tests = ["CMD", "sh", "-c", restingLook, "healthcheck", ...command];
  return { tests, interval: "1s", timeout: "30s", startPeriod, retries };
}

/** Asks by the `curl` of Nginx's image. */
export function askByCurl(url: string, ...options: string[]): ReturnType<typeof healthcheck> {
  return healthcheck("curl", "--fail", "--silent", "--output", "/dev/null", ...options, url);
}
