import type { Fleet, Host } from "./types";

/** A host of a fleet, by the name that a tenant or monitoring refers to it by. @throws Error when the fleet has no such host. */
export function hostNamed({ hosts }: Pick<Fleet, "hosts">, name: string): Host {
  const host = hosts[name];
  if (host === undefined) {
    throw new Error(`the fleet has no host ${name}`);
  }
  return host;
}
