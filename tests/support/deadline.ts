/**
 * Files of tests that begin when a run has no time left are skipped, and told as that: where a machine is so slow that the run would be cut off, it ends and says what it
 * knows. `ODOO_FLEET_TEST_DEADLINE` is when that is, in seconds of the epoch; without it every file has its time.
 */
const deadline = Number(process.env["ODOO_FLEET_TEST_DEADLINE"] ?? Infinity);

if (Date.now() / 1000 > deadline) {
  Object.assign(globalThis, { it: it.skip, test: test.skip, describe: describe.skip });
  const nothing = (): void => undefined;
  Object.assign(globalThis, { beforeAll: nothing, afterAll: nothing, beforeEach: nothing, afterEach: nothing });
}
