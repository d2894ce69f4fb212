import { passlibHash } from "../../../../components/tenant/tenantSecrets";

describe("passlibHash", () => {
  it("is what passlib makes of the same password, salt and rounds", () => {
    expect(passlibHash("correct horse", "0123456789abcdef")).toBe(
      "$pbkdf2-sha512$25000$MDEyMzQ1Njc4OWFiY2RlZg$NAtVcXr7DbXedVbBm.JvbbmENXwAmeETSMIk.8rC9F5GBbGumPcNIpwLppBM7vaXnbPUqZhH3UgUjzNRgCPZMg",
    );
  });

  it("differs with the salt and with the password", () => {
    expect(new Set([passlibHash("a", "1"), passlibHash("a", "2"), passlibHash("b", "1")]).size).toBe(3);
  });
});
