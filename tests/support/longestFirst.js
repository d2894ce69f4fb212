const { relative } = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/**
 * The test files that take longest, the longest first. A long one that began last would run alone at the end, with the other
 * workers idle. What a run names as its slowest keeps this true; a file that isn't here comes after those that are.
 */
const longest = [
  "tests/e2e/monitoring.test.ts",
  "tests/e2e/perTenant.test.ts",
  "tests/e2e/edge.test.ts",
  "tests/e2e/offsite.test.ts",
  "tests/e2e/update.test.ts",
  "tests/e2e/fleet.test.ts",
  "tests/e2e/move.test.ts",
  "tests/e2e/restoreOwnStack.test.ts",
  "tests/ansible/hosts.test.ts",
  "tests/e2e/portal.test.ts",
  "tests/e2e/backup.test.ts",
  "tests/ansible/badInput.test.ts",
  "tests/e2e/automation.test.ts",
  "tests/e2e/export.test.ts",
  "tests/e2e/interrupted.test.ts",
  "tests/e2e/lifecycle.test.ts",
  "tests/e2e/exitCodes.test.ts",
  "tests/e2e/preview.test.ts",
  "tests/offline/customImages/odoo.test.ts",
  "tests/e2e/badInput.test.ts",
  "tests/e2e/policies.test.ts",
  "tests/offline/images.test.ts",
  "tests/offline/setup.test.ts",
];

/** Runs the test files of all projects in that order. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ context, path }) => {
      const index = longest.indexOf(relative(context.config.rootDir, path));
      return index < 0 ? longest.length : index;
    };
    // Jest's own order among the others: those that failed last, and the large ones, first.
    return [...super.sort(tests)].sort((one, other) => place(one) - place(other));
  }
};
