/**
 * Waits until all works have ended, also where one failed: nobody takes away what another one is still at.
 *
 * @returns what they came to.
 * @throws what the first of them that failed, in their order, has thrown.
 */
export async function allEnded<T extends readonly unknown[]>(works: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  await Promise.allSettled(works);
  // Of works that have ended, this throws the first in their order.
  return Promise.all(works);
}
