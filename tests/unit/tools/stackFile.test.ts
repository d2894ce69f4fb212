import { parse } from "yaml";
import { parseFleet } from "../../../fleet";
import { configOfFile, plainPasswords } from "../../../tools/stackFile";

const host = "{ connection: ssh://ops@web1, hostKey: ssh-ed25519 AAAA }";
const mail = "smtp: mail.example.com:587, from: a@example.com, to: [b@example.com], username: a";

/** The part `config` of a stack's file with these two passwords. */
const file = (login: string, sudo: string): Record<string, unknown> =>
  parse(`
odoo-fleet:hosts: { web1: ${host} }
odoo-fleet:monitoring: { mail: { ${mail}, password: ${login} }, heartbeatUrl: { secure: v1:abc } }
odoo-fleet:sudoPasswords: ${sudo}
aws:region: eu-central-1
`) as Record<string, unknown>;

test("what a stack's file encrypts is right in a check, and stays unread", () => {
  const config = configOfFile(file("{ secure: v1:def }", "{ web1: { secure: v1:ghi } }"));
  expect(Object.keys(config)).toEqual(["hosts", "monitoring", "sudoPasswords"]);
  expect(parseFleet(config, "dev")).toMatchObject({ ok: true });
  expect(JSON.stringify(config)).not.toMatch(/v1:/);
});

test("names the passwords in plain text, and no encrypted one", () => {
  expect(plainPasswords(file("{ secure: v1:def }", "{ web1: { secure: v1:ghi } }"))).toEqual([]);
  expect(plainPasswords(file("{ secure: v1:def }", "{ secure: v1:ghi }"))).toEqual([]);
  expect(plainPasswords(file("hunter2", "{ web1: hunter3 }"))).toEqual([
    "odoo-fleet:monitoring.mail.password",
    "odoo-fleet:sudoPasswords.web1",
  ]);
  expect(plainPasswords({})).toEqual([]);
});
