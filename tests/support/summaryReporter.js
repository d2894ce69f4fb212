/** Ends a run with one line that a person and a CI script can read: `N passed, N failed, N skipped`. */
module.exports = class SummaryReporter {
  onRunComplete(_contexts, results) {
    // A suite that could not be loaded has no failed test of its own, but it must not look like a pass.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
  }
};
