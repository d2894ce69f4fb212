import { BlockList, isIPv6 } from "node:net";

/** Bits that a network at least has for that one holder can be behind it: IPv4's largest blocks, `10.0.0.0/8` among them, and what registries give one. */
const fewestBits = { ipv4: 8, ipv6: 16 } as const;

/** IPv4 as IPv6 writes it (RFC 4291): a network of these is IPv4's, and so wide that no bound above says anything of it. */
const mapped = "::ffff:0:0/96";

const familyOf = (network: string): "ipv4" | "ipv6" => (isIPv6(parts(network)[0]) ? "ipv6" : "ipv4");

function parts(network: string): readonly [address: string, bits: number] {
  const [address, bits] = network.split("/") as [string, string];
  return [address, Number(bits)];
}

/** Addresses, as networks in CIDR notation. */
export function addressesIn(networks: readonly string[]): { has(address: string): boolean } {
  const list = new BlockList();
  for (const network of networks) {
    list.addSubnet(...parts(network), familyOf(network));
  }
  return { has: (address) => list.check(address, isIPv6(address) ? "ipv6" : "ipv4") };
}

/** Whether two networks have an address in common: then one holds the other. */
export function networksOverlap(one: string, other: string): boolean {
  return (
    familyOf(one) === familyOf(other) &&
    (addressesIn([one]).has(parts(other)[0]) || addressesIn([other]).has(parts(one)[0]))
  );
}

/** Whether a network is so wide that it is no one's: IPv4's wider than /8, IPv6's wider than /16, and IPv4 written as IPv6. */
export function isEverybodys(network: string): boolean {
  return parts(network)[1] < fewestBits[familyOf(network)] || networksOverlap(network, mapped);
}
