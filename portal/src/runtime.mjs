/** Oldest Node.js: what Kysely and pg-boss need is 22, and 24 runs TypeScript as it is. */
const oldestNode = 24;

/**
 * Oldest data of time zones. Africa/Casablanca is at +00 for good since 2026-09-20, which 2026b was the first to know: with older
 * data a schedule there would be an hour early.
 */
const oldestZones = "2026b";

/**
 * What is wrong with the Node.js that runs this; undefined when nothing is.
 *
 * Plain JavaScript, so that a Node.js that is too old to read TypeScript can still say so.
 *
 * @param {{ node: string, tz?: string }} versions as in `process.versions`
 * @returns {string | undefined}
 */
export function runtimeFault({ node, tz }) {
  if (Number(node.split(".")[0]) < oldestNode) {
    return `Node.js ${node} is too old; expected ${oldestNode} or newer (https://nodejs.org)`;
  }
  // Absent when Node.js was built without ICU: then it knows no zone but UTC. "2026b" < "2026c" < "2027a" as text.
  if (tz === undefined || tz < oldestZones) {
    return `the time zones of this Node.js are ${tz ?? "missing"}; expected ${oldestZones} or newer: take a newer Node.js`;
  }
  return undefined;
}
