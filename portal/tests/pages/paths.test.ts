import assert from "node:assert/strict";
import { test } from "node:test";
import { loginFrom, nextOf } from "../../src/pages/paths.ts";

const path = "/instances/k3j9x0a2b7cd";

test("signing in leads back to a page that asks for somebody", () => {
  assert.equal(loginFrom(path), "/login?next=%2Finstances%2Fk3j9x0a2b7cd");
  assert.equal(nextOf(loginFrom(path).slice("/login".length)), path);
  assert.equal(loginFrom("/join"), "/login?next=%2Fjoin");
  for (const everybodys of ["/", "/login", "/password", "/confirm", "/nothing"]) {
    assert.equal(loginFrom(everybodys), "/login");
  }
});

test("it leads to no other site, whatever a link has", () => {
  for (const next of [
    ...["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)"],
    ...["/login", "/login?next=/login", "/", "", "/nothing", `${path}/..//evil.example`, `${path}\n`, `${path}?a`],
    ...[`${path}#a`, ` ${path}`, "/instances/../login", "%2Finstances", "/api/login/oidc/x/callback"],
  ]) {
    assert.equal(nextOf(`next=${encodeURIComponent(next)}`), undefined, next);
  }
  assert.equal(nextOf(""), undefined);
  assert.equal(nextOf(`next=//evil.example&next=${path}`), undefined);
});
