const { failure } = require("./failure.js");

/** Node.js's own test runner, with `failure.js` of each test that failed; of a file or a suite that did only where no test of it did. */
module.exports = async function* nodeFailures(events) {
  for await (const { type, data } of events) {
    const { error } = data.details ?? {};
    if (type === "test:fail" && error?.failureType !== "subtestsFailed") {
      yield failure(data.name, String(error?.cause?.stack ?? error?.cause ?? error?.message));
    }
  }
};
