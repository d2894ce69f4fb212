import { inspect } from "node:util";
import { decodeFleetOutputs, decodeTenantOutputs, OutputsError } from "../../../../components";
import { Secret } from "../../../../components/container/secret";

const tenant = {
  url: "http://127.0.0.1:20010",
  host: "local",
  slot: 1,
  port: 20010,
  database: "acme",
  odooVersion: "19.0",
  plan: "starter",
  state: "running",
};
const plain = (value: unknown): { value: unknown; secret: boolean } => ({ value, secret: false });
const secret = (value: unknown): { value: unknown; secret: boolean } => ({ value, secret: true });
const host = { address: "127.0.0.1", tenants: ["acme"], memory: { usedMiB: 768 }, slots: { used: 1, left: 999 } };
const fleet = {
  tenants: plain({ acme: tenant }),
  adminPasswords: secret({ acme: "correct horse" }),
  hosts: plain({ local: host }),
};

it("turns a fleet's outputs into typed values, the passwords wrapped", () => {
  const values = decodeFleetOutputs(fleet);
  expect(values.tenants).toEqual({ acme: tenant });
  expect(values.hosts).toEqual({ local: host });
  expect(values.adminPasswords["acme"]!.reveal()).toBe("correct horse");
});

it("gives monitoring's addresses and passwords where the fleet is watched, and none where it isn't", () => {
  const addresses = { prometheus: "http://127.0.0.1:30000", alertmanager: "http://127.0.0.1:30001" };
  const watched = {
    ...fleet,
    monitoring: plain({ local: addresses }),
    monitoringPasswords: secret({ local: "battery staple" }),
  };
  const values = decodeFleetOutputs(watched);
  expect(values.monitoring).toEqual({ local: addresses });
  expect(values.monitoringPasswords["local"]!.reveal()).toBe("battery staple");
  expect(decodeFleetOutputs(fleet)).toMatchObject({ monitoring: {}, monitoringPasswords: {} });
  expect(() => decodeFleetOutputs({ ...watched, monitoringPasswords: plain({ local: "battery staple" }) })).toThrow(
    "monitoringPasswords: has to be a secret",
  );
});

it("never prints a secret", () => {
  const values = decodeFleetOutputs(fleet);
  const prints = [
    JSON.stringify(values),
    inspect(values, { depth: 9, showHidden: true }),
    String(values.adminPasswords["acme"]),
  ];
  for (const print of prints) {
    expect(print).toContain("[secret]");
    expect(print).not.toContain("correct horse");
  }
});

it("turns a single tenant's outputs into typed values, and drops what a later version may add", () => {
  const outputs = Object.fromEntries(
    Object.entries({ name: "acme", ...tenant, later: 1 }).map(([k, v]) => [k, plain(v)]),
  );
  const values = decodeTenantOutputs({ ...outputs, adminPassword: secret("correct horse") });
  expect({ ...values, adminPassword: "" }).toEqual({ name: "acme", ...tenant, adminPassword: "" });
  expect(values.adminPassword).toBeInstanceOf(Secret);
});

it("names every output that isn't as expected, and shows no value", () => {
  const wrong = {
    ...fleet,
    tenants: plain({ acme: { ...tenant, url: undefined, port: "hunter22" } }),
    hosts: plain("hunter23"),
  };
  const decode = (): unknown => decodeFleetOutputs(wrong);
  expect(decode).toThrow(OutputsError);
  expect(decode).toThrow(/tenants\.acme\.url: missing\n.*tenants\.acme\.port: .*number.*\n.*hosts: /);
  expect(decode).not.toThrow(/hunter/);
  expect(() => decodeTenantOutputs({})).toThrow(/name: missing/);
});

it("refuses a password that the stack keeps in plain text", () => {
  expect(() => decodeFleetOutputs({ ...fleet, adminPasswords: plain({ acme: "correct horse" }) })).toThrow(
    /adminPasswords: has to be a secret/,
  );
});
