import { derivedSecret, passlibHash } from "../../../../components/tenant/derivedSecrets";

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

describe("derivedSecret", () => {
  it("is what HKDF with SHA-256 makes of it, with no salt", () => {
    // Made by Python's `hmac` as RFC 5869 writes it down, by which A.3 of the RFC comes out.
    expect(derivedSecret("root", "postgres role monitoring", 20)).toBe("b196a3db52a0bcc5fa4a73bc6489a77a51b3684a");
  });

  it("differs with the root and with what it is for, and fits into files and SQL as it is", () => {
    const all = [derivedSecret("one", "a", 20), derivedSecret("two", "a", 20), derivedSecret("one", "b", 20)];
    expect(new Set(all).size).toBe(3);
    expect(all.every((one) => /^[0-9a-f]{40}$/.test(one))).toBe(true);
  });
});
