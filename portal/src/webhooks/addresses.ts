import ipaddr from "ipaddr.js";

/** Judges an IP address. @returns why nothing is sent there; undefined when it may be. */
export type AddressJudge = (address: string) => string | undefined;

/** All that IANA has given to the public internet of IPv6 (RFC 4291, 2.4, and the registry of address space). */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Lets only addresses of the public internet through: no loopback, private, link-local (with the clouds' metadata), carrier-grade, multicast, reserved or
 * translated one, in whatever notation. The fleet's own networks are private ones: its configuration takes no others.
 */
export const publicAddress: AddressJudge = (text) => {
  if (!ipaddr.isValid(text)) {
    return "it is no address";
  }
  // One of IPv4 that is written as one of IPv6 is judged as what it is.
  const address = ipaddr.process(text);
  const range = address.range();
  if (range !== "unicast") {
    return `its range is ${range}, and only public addresses are told`;
  }
  const isPublic = address.kind() === "ipv4" || address.match(globalUnicast);
  return isPublic ? undefined : "it isn't of the public internet";
};
