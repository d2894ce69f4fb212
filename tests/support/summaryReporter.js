const { appendFileSync } = require("node:fs");
const { basename, relative } = require("node:path");
const { failure } = require("./failure.js");

/** Test files that a run names as its slowest. */
const shown = 12;

/** Tests that it names. */
const shownTests = 40;

/** What failed in a file: its tests, or that it could not be loaded. */
function told({ testFilePath, testResults, testExecError, failureMessage }) {
  const tests = testResults.filter(({ status }) => status === "failed");
  return testExecError === undefined
    ? tests.map(({ fullName, failureMessages }) => failure(fullName, failureMessages.join("\n"))).join("")
    : failure(relative(process.cwd(), testFilePath), failureMessage ?? testExecError.message);
}

/**
 * Ends a run with what took longest, by which `longestFirst.js` is kept true, and with one line that a person and a CI script
 * can read: `N passed, N failed, N skipped`. ODOO_FLEET_TEST_FAILURES is a file that gets `failure.js` of each test that failed.
 */
module.exports = class SummaryReporter {
  onRunComplete(_contexts, results) {
    const isOver = Date.now() / 1000 > Number(process.env.ODOO_FLEET_TEST_DEADLINE ?? Infinity);
    const slowest = results.testResults
      .map(({ testFilePath, perfStats }) => ({ file: testFilePath, seconds: Math.round(perfStats.runtime / 1000) }))
      .sort((one, other) => other.seconds - one.seconds)
      .slice(0, shown);
    const tests = results.testResults
      .flatMap(({ testFilePath, testResults }) =>
        testResults.map(({ duration, fullName }) => ({
          file: testFilePath,
          seconds: (duration ?? 0) / 1000,
          fullName,
        })),
      )
      .filter(({ seconds }) => seconds >= 1)
      .sort((one, other) => other.seconds - one.seconds)
      .slice(0, shownTests);
    if (tests.length > 0) {
      const lines = tests.map(
        ({ file, seconds, fullName }) =>
          `  ${seconds.toFixed(0).padStart(4)} s  ${basename(file, ".test.ts")}: ${fullName}`,
      );
      process.stdout.write(`\nSlowest tests, without what a file sets up:\n${lines.join("\n")}\n`);
    }
    if (results.testResults.length > 1) {
      const lines = slowest.map(
        ({ file, seconds }) => `  ${String(seconds).padStart(4)} s  ${relative(process.cwd(), file)}`,
      );
      process.stdout.write(`\nSlowest test files:\n${lines.join("\n")}\n`);
    }
    const late = results.testResults.filter(
      ({ numPendingTests, numPassingTests, numFailingTests }) =>
        isOver && numPendingTests > 0 && numPassingTests + numFailingTests === 0,
    );
    if (late.length > 0) {
      const lines = late.map(({ testFilePath }) => `  ${relative(process.cwd(), testFilePath)}`);
      process.stdout.write(`\nSkipped, since the run had no time left for them:\n${lines.join("\n")}\n`);
    }
    const failures = process.env.ODOO_FLEET_TEST_FAILURES;
    if (failures !== undefined && failures !== "") {
      appendFileSync(failures, results.testResults.map(told).join(""));
    }
    // A suite that could not be loaded has no failed test of its own, but it must not look like a pass.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
  }
};
