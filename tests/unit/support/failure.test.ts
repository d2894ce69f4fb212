const { failure } = jest.requireActual<{ failure: (name: string, message: string) => string }>("../../support/failure");

test("a failure is told shortly, without colours, by its beginning, its end and where in a test it was", () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
  const frames = [
    "    at call (/checkout/node_modules/x.js:1:1)",
    "    at Object.<anonymous> (/checkout/tests/a.test.ts:7:3)",
  ];
  expect(failure("a tenant is made", `\u001b[31mError\u001b[39m\n\n${[...lines, ...frames].join("\n")}`)).toBe(
    [
      "failed: a tenant is made",
      "  Error",
      ...lines.slice(0, 7).map((line) => `  ${line}`),
      "  ...",
      ...lines.slice(-6).map((line) => `  ${line}`),
      "  at Object.<anonymous> (/checkout/tests/a.test.ts:7:3)",
      "",
    ].join("\n"),
  );
});
