import type dns from "node:dns";
import { publicAddress } from "../../src/webhooks/addresses.ts";
import { GuardedAgent } from "../../src/webhooks/agent.ts";

/** Resolves each name to some addresses, as a name server does that says so. */
export function lookupTo(...addresses: readonly string[]): typeof dns.lookup {
  const lookup = (_host: string, _options: object, callback: (error: null, found: dns.LookupAddress[]) => void): void =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  return lookup as unknown as typeof dns.lookup;
}

/** An agent to which each name is this machine's, and nothing else of it is another than the worker's own. */
export function loopbackAgent(ca: string): GuardedAgent {
  return new GuardedAgent((address) => (address === "127.0.0.1" ? undefined : publicAddress(address)), {
    ca,
    lookup: lookupTo("127.0.0.1"),
  });
}
