import { type ConfigProblem, parseFleet } from "../../../fleet";

const hosts = {
  web1: { connection: "ssh://ops@web1", hostKey: "ssh-ed25519 AAAA" },
  rooted: { connection: "ssh://root@rooted", hostKey: "ssh-ed25519 AAAA" },
  windows: { connection: "ssh://admin@windows", os: "windows", hostKey: "ssh-ed25519 AAAA" },
  given: { connection: "ssh://ops@given", hostKey: "ssh-ed25519 AAAA", bootstrap: "none" },
  engine: { docker: "ssh://ops@engine" },
  here: { connection: "local" },
};
const password = "correct horse";

/** Problems of passwords; those of keys of the stack that are encrypted, if that is known. */
function problems(sudoPasswords: unknown, secretKeys?: readonly string[]): readonly ConfigProblem[] {
  const result = parseFleet({ hosts, sudoPasswords }, "dev", secretKeys);
  return result.ok ? [] : result.problems;
}

test("are apart from the fleet, by host", () => {
  const result = parseFleet({ hosts, sudoPasswords: { web1: password } }, "dev", ["sudoPasswords"]);
  if (!result.ok) {
    throw new Error(JSON.stringify(result.problems));
  }
  expect(result.secrets.sudoPasswords).toEqual({ web1: password });
  expect(JSON.stringify(result.fleet)).not.toContain(password);
  expect(parseFleet({ hosts }, "dev")).toMatchObject({ secrets: { sudoPasswords: {} } });
});

test.each([
  ["a host that isn't declared", { web2: password }, "web2", /Did you mean "web1"/, /sudoPasswords\.web1'.*rm/],
  ["an empty one", { web1: "" }, "web1", /1 to 512 characters/, /config set --secret/],
  ["several lines", { web1: `${password}\n` }, "web1", /one line/, /config set --secret/],
  ["no text", { web1: 1234 }, "web1", /1 to 512 characters/, /config set --secret/],
  ["root's", { rooted: password }, "rooted", /root needs no sudo/, /config rm/],
  ["one for Windows", { windows: password }, "windows", /no sudo on Windows/, /config rm/],
  ["one for this machine", { here: password }, "here", /reached by SSH/, /config rm/],
  ["one for a host without a bootstrap", { given: password }, "given", /bootstrap: ansible/, /config rm/],
  ["one for an engine", { engine: password }, "engine", /bootstrap: ansible/, /config rm/],
])("refuses %s, with the way out and without the password", (_, sudoPasswords, host, expected, wayOut) => {
  const found = problems(sudoPasswords);
  expect(found).toEqual([
    {
      path: `odoo-fleet:sudoPasswords.${host}`,
      value: "(hidden)",
      expected: expect.stringMatching(expected) as string,
      wayOut: expect.stringMatching(wayOut) as string,
    },
  ]);
  expect(JSON.stringify(found)).not.toMatch(/correct|1234/);
});

test("refuses plain text where the stack's file is known, and anything but passwords by host", () => {
  expect(problems({ web1: password }, [])).toEqual([
    {
      path: "odoo-fleet:sudoPasswords.web1",
      value: "(hidden)",
      expected: expect.stringContaining("in plain text") as string,
      wayOut: expect.stringContaining("pulumi config set --secret --path 'odoo-fleet:sudoPasswords.web1'") as string,
    },
  ]);
  expect(problems({ web1: password })).toEqual([]);
  const [whole] = problems(password);
  expect(whole).toMatchObject({ path: "odoo-fleet:sudoPasswords", value: "(hidden)" });
});

test("a misspelt key is told the right one, and never shown", () => {
  const result = parseFleet({ hosts, sudoPassword: { web1: password } }, "dev");
  const [problem] = result.ok ? [] : result.problems;
  expect(problem).toMatchObject({ path: "odoo-fleet:sudoPassword", value: "(hidden)" });
  expect(problem!.wayOut).toContain("rename it to odoo-fleet:sudoPasswords");
});
