import type * as docker from "@pulumi/docker";

/**
 * A healthcheck by a tool of the container.
 *
 * @param command a program of the image, and its arguments.
 */
export function healthcheck(...command: string[]): docker.types.input.ContainerHealthcheck {
  return { tests: ["CMD", ...command], interval: "15s", timeout: "10s", startPeriod: "1m0s", retries: 3 };
}

/** Asks by the `curl` of Nginx's image. */
export function askByCurl(url: string, ...options: string[]): ReturnType<typeof healthcheck> {
  return healthcheck("curl", "--fail", "--silent", "--output", "/dev/null", ...options, url);
}
