import { OrderRefusedError } from "../orders/orderErrors.ts";
import { publicAddress } from "./addresses.ts";

/**
 * Refuses what could never be told. Where a name leads to is judged when it is connected to, each time.
 *
 * @throws OrderRefusedError with what was expected.
 */
export function demandTarget(url: string): void {
  const { username, password, hash, hostname } = new URL(url);
  const refuse = (expected: string): never => {
    throw new OrderRefusedError("url", "invalid", `expected ${expected}`);
  };
  if (username !== "" || password !== "" || hash !== "") {
    refuse("no user, no password, and nothing behind a #");
  }
  const address = hostname.replace(/^\[|\]$/g, "");
  const isAddress = /^[\d.]+$|:/.test(address);
  const fault = isAddress ? publicAddress(address) : undefined;
  if (fault || /(^|\.)localhost\.?$/.test(hostname)) {
    refuse(`a host that the internet reaches: ${fault ?? "it is this machine's own name"}`);
  }
}
