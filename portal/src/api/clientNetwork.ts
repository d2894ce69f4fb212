import ipaddr from "ipaddr.js";

/** Bits of an IPv6 address that name a network: each customer of a provider has at least one such network, and all 2^64 addresses in it (RFC 6177, RFC 7421). */
const networkBits = 64;

/** What a client is counted by: its address, and of one of IPv6 the network, as who has one address there has as many as he likes. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) {
    return address;
  }
  const judged = ipaddr.process(address);
  return judged.kind() === "ipv4"
    ? judged.toString()
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${judged.toString()}/${networkBits}`).toString()}/${networkBits}`;
}

/** What an e-mail address is counted by: its mailbox, whichever tag it has after a `+`. */
export const mailboxOf = (email: string): string => email.toLowerCase().replace(/\+[^@]*@/, "@");
