import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["**/build/", "**/node_modules/", "policy/dist/"] },
  js.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: {
      sourceType: "commonjs",
      globals: { module: "writable", process: "readonly", require: "readonly" },
    },
  },
  {
    // What a browser runs as it is.
    files: ["images/odoo/server/**/*.js"],
    languageOptions: {
      sourceType: "script",
      globals: { addEventListener: "readonly", document: "readonly", fetch: "readonly", location: "readonly" },
    },
  },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    // node:test keeps the promise of a test that isn't awaited.
    files: ["portal/tests/**/*.ts"],
    rules: {
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", package: "node:test", name: ["test", "describe", "before", "after"] },
          ],
        },
      ],
      "no-restricted-properties": [
        "error",
        {
          property: "waitForFunction",
          message:
            "A page whose policy has no `unsafe-eval` lets only its first look through, so that it fails where it has to wait: wait for a locator.",
        },
      ],
    },
  },
  {
    // What a component or a hook returns is React's business or its library's, which infers it from what is asked.
    files: ["portal/pages/**/*.ts", "portal/pages/**/*.tsx"],
    rules: { "@typescript-eslint/explicit-module-boundary-types": "off" },
  },
  {
    // Projects of their own, where `odoo-fleet` is an installed package. Here it is this project's source.
    files: ["examples/**/*.ts", "plugin/**/*.ts"],
    languageOptions: { parserOptions: { projectService: false, project: "./tsconfig.json" } },
  },
);
