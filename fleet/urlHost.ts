/** A host name or address as a URL has it: an IPv6 address is in brackets. */
export function urlHost(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
