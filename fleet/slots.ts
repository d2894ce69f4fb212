/** Slots of a host: 0 to 999. Every slot has ten ports and a /26, so a thousand fit below 32768 and into a /16. */
export const slotCount = 1000;

/**
 * The slot of a tenant that pins none: a stable hash (FNV-1a, 32 bits) of its name alone, so that no other tenant and no
 * order of the configuration can move it. Two names may share a slot (17 % at 20 tenants, 71 % at 50): pinning is safer.
 */
export function hashedSlot(tenant: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(tenant)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash % slotCount;
}

/**
 * The slot to propose for a tenant: its hashed one where that is free, else the next free one above, going round.
 *
 * @param taken slots that other tenants have or that are reserved.
 * @returns undefined when the host is full.
 */
export function freeSlot(tenant: string, taken: ReadonlySet<number>): number | undefined {
  const first = hashedSlot(tenant);
  for (let step = 0; step < slotCount; step++) {
    const slot = (first + step) % slotCount;
    if (!taken.has(slot)) {
      return slot;
    }
  }
  return undefined;
}
