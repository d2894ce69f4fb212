import assert from "node:assert/strict";
import { test } from "node:test";
import { addressFault } from "../../src/orders/addresses.ts";
import { hashOf, newId, newSecret } from "../../src/orders/identifiers.ts";

test("addresses are labels of a host name", () => {
  for (const address of ["a", "acme", "acme-2", "a-b-c", "a".repeat(40)]) {
    assert.equal(addressFault(address), undefined, address);
  }
  const invalid = ["", "Acme", "2acme", "-acme", "acme-", "ac me", "acme.com", "äcme", "acme\n", "a/b", "a".repeat(41)];
  for (const address of invalid) {
    assert.equal(addressFault(address), "invalid", JSON.stringify(address));
  }
});

test("addresses that pass for the provider's, or for other letters, are reserved", () => {
  for (const address of ["www", "api", "admin", "mail", "autodiscover", "wpad", "xn--acme-9ta", "zz--acme"]) {
    assert.equal(addressFault(address), "reserved", address);
  }
});

test("identifiers are names of tenants, and secrets have 256 bits", () => {
  const ids = Array.from({ length: 1000 }, newId);
  assert.equal(new Set(ids).size, 1000);
  for (const id of ids) {
    assert.match(id, /^[a-z][a-z0-9]{11}$/);
  }
  assert.match(newSecret(), /^[\w-]{43}$/);
  assert.notEqual(newSecret(), newSecret());
  // SHA-256 of "abc", FIPS 180-2.
  assert.equal(hashOf("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
