/**
 * Where Pulumi enters the package. Pulumi starts a package in the folder of whoever uses it, and would compile TypeScript by the
 * tsconfig.json that is there; so it is told that this is JavaScript (PulumiPlugin.yaml), and the sources are read by our own.
 */
process.env.TSX_TSCONFIG_PATH = require.resolve("./tsconfig.json");
require("tsx/cjs");

module.exports = require("./index.ts");
