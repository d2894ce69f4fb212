import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { edgeSecretOf, routeId, routeOf, type RoutedTenant } from "../../../fleet/route";

const acme: RoutedTenant = {
  name: "acme",
  state: "running",
  ports: { http: 20010, edge: 20011 },
  edge: { names: ["erp.acme.com", "acme.localhost"], domains: [], unproven: [], address: "10.200.250.65" },
  company: "Acme",
};

test("a route has what the edge has to know, and says nothing else", () => {
  expect(routeOf(acme)).toBe("acme running 20011 erp.acme.com,acme.localhost QWNtZQ==");
  expect(routeOf({ ...acme, state: "suspended" })).toBe("acme suspended 20011 erp.acme.com,acme.localhost QWNtZQ==");
  expect(routeOf({ ...acme, state: "suspended", wake: { sleepAfterMinutes: 45 } })).toBe(
    "acme wakeable 20011 erp.acme.com,acme.localhost QWNtZQ== 45",
  );
  const wake = { sleepAfterMinutes: 45, actionsAfterMinutes: 60 };
  expect(routeOf({ ...acme, state: "suspended", wake })).toBe(
    "acme wakeable 20011 erp.acme.com,acme.localhost QWNtZQ== 45 60",
  );
});

test("whatever a customer is called, JSON writes the route as it is, and a page shows the name as text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (company) => {
      const route = routeOf({ ...acme, company });
      expect(JSON.stringify(route)).toBe(`"${route}"`);
      expect(route).toMatch(/^[A-Za-z0-9 .,+/=-]+$/);
      const shown = Buffer.from(route.split(" ")[4]!, "base64").toString();
      expect(shown).not.toMatch(/[<>"'{}\\]/);
      const text = shown.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
      expect(text).toBe(company);
    }),
  );
});

test("another route is another volume", () => {
  expect(routeId(routeOf(acme))).toMatch(/^[0-9a-f]{8}$/);
  expect(routeId(routeOf({ ...acme, company: "Acme Ltd" }))).not.toBe(routeId(routeOf(acme)));
});

test("what a tenant knows the edge by is what sha256sum gives, and no other tenant's", () => {
  const expected = createHash("sha256").update("fleet\nacme\n").digest("hex").slice(0, 40);
  expect(edgeSecretOf("fleet", "acme")).toBe(expected);
  expect(edgeSecretOf("fleet", "acme2")).not.toBe(expected);
  expect(edgeSecretOf("other", "acme")).not.toBe(expected);
});
