import * as pulumi from "@pulumi/pulumi";
import { derived } from "../../../../components/container/derived";
import { settled, startMocks } from "../../../support/mocks";
import { createTenantSecrets } from "../../../../components/tenant/tenantSecrets";

const valueOf = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => void output.apply((value) => resolve(value)));

// What Pulumi gives a resource that `--target` leaves out and that was never made.
const missing = pulumi.output<string>(undefined as unknown as string);
const there = pulumi.output("value");

it("follows from values that are there", async () => {
  expect(await valueOf(derived(there, (value) => value.slice(0, 3)))).toBe("val");
  expect(await valueOf(derived(pulumi.all([there, there]), ([one, other]) => one + other))).toBe("valuevalue");
});

it("is missing where one of them is, and isn't computed", async () => {
  const never = (): never => {
    throw new Error("computed from nothing");
  };
  for (const values of [missing, pulumi.all([there, missing]), pulumi.all({ acme: there, globex: missing })]) {
    expect(await valueOf(derived(values as pulumi.Output<unknown>, never))).toBeUndefined();
  }
});

it("lets a tenant's secrets be registered without their random values", async () => {
  startMocks();
  void pulumi.runtime.setMocks({ newResource: () => ({ id: undefined, state: {} }), call: () => ({}) });
  const secrets = createTenantSecrets("acme", true, new pulumi.ComponentResource("test:index:Parent", "acme"));
  expect(await valueOf(secrets.masterPasswordHash)).toBeUndefined();
  expect(await valueOf(secrets.monitoringPassword!)).toBeUndefined();
  await settled();
});
