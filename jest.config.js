// Types are checked once by `make lint`; here swc only strips them, which keeps a unit test run at seconds.
const transform = {
  "^.+\\.ts$": [
    "@swc/jest",
    { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
  ],
};

/** @returns {import("jest").Config} */
const project = (name) => ({
  displayName: name,
  testMatch: [`<rootDir>/tests/${name}/**/*.test.ts`],
  // The plugin has the same package name as the project, which makes jest warn.
  modulePathIgnorePatterns: ["<rootDir>/build/", "<rootDir>/policy/dist/", "<rootDir>/plugin/"],
  testEnvironment: "node",
  setupFilesAfterEnv: ["<rootDir>/tests/support/toSucceed.ts", "<rootDir>/tests/support/deadline.ts"],
  transform,
});

/** @type {import("jest").Config} */
module.exports = {
  // Containers take their time on a busy machine; every wait inside a test has a deadline of its own.
  testTimeout: 600_000,
  testSequencer: "<rootDir>/tests/support/longestFirst.js",
  reporters: ["default", "<rootDir>/tests/support/summaryReporter.js"],
  projects: ["unit", "policy", "offline", "ansible", "e2e", "proofs"].map(project),
};
