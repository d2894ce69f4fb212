import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trustInBrowsers } from "../../../tools/browserStore";

/** What `certutil` does in the place of the real one: it notes what it is asked for, and makes a store. */
const certutil = `#!/bin/sh
echo "$*" >>"$HOME/asked"
case $1 in -N) : >"$HOME/.pki/nssdb/cert9.db" ;; esac
`;
const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-store-"));
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(folder, "home-"));
  mkdirSync(join(home, "bin"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const has = (program: string): void => writeFileSync(join(home, "bin", "certutil"), program, { mode: 0o755 });
const trust = (): string[] => trustInBrowsers("fleet", "/root.crt", { HOME: home, PATH: `${home}/bin:/bin` });
const asked = (): string[] => readFileSync(join(home, "asked"), "utf8").trim().split("\n");
const store = (): string => `sql:${home}/.pki/nssdb`;

test("a store that isn't there yet is made, so that a Chromium that is started later trusts the authority", () => {
  has(certutil);
  expect(trust()).toEqual([]);
  const add = `-d ${store()} -A -t C,, -n fleet -i /root.crt`;
  expect(asked()).toEqual([`-N --empty-password -d ${store()}`, add]);
  // Once: another authority is added to it.
  expect(trust()).toEqual([]);
  expect(asked().slice(2)).toEqual([add]);
});

test("what is left is named where certutil isn't there, or the store doesn't take the authority", () => {
  const add = `certutil -d ${store()} -A -t C,, -n fleet -i /root.crt # of the package libnss3-tools, for Chromium`;
  expect(trust()).toEqual([`mkdir -p ${home}/.pki/nssdb && certutil -N --empty-password -d ${store()} && ${add}`]);
  has("#!/bin/sh\nexit 1\n");
  mkdirSync(join(home, ".pki", "nssdb"), { recursive: true });
  writeFileSync(join(home, ".pki", "nssdb", "cert9.db"), "");
  expect(trust()).toEqual([add]);
});
