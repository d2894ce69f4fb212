import { parseFleet, resolveFleet } from "../../../fleet";

const base = { hosts: { local: {} }, tenants: { acme: { slot: 1 }, globex: { slot: 2 } } };
const tenants = (more: object): object => ({ acme: { slot: 1, ...more }, globex: { slot: 2 } });

describe("an edge", () => {
  it("gives each tenant a name below the domain, and publishes nothing else of it", () => {
    const { edge, tenants: found } = resolveFleet({ ...base, edge: { domain: "odoo.example.com" } }, "dev");
    expect(edge).toMatchObject({
      certificates: { kind: "acme", directory: "https://acme-v02.api.letsencrypt.org/directory" },
      ports: { http: 80, https: 443, public: 443 },
      hstsSeconds: 31_536_000,
      hosts: { local: { subnet: "10.200.250.64/26", addresses: { engine: "10.200.250.65", edge: "10.200.250.66" } } },
    });
    expect(found["acme"]).toMatchObject({
      url: "https://acme.odoo.example.com",
      publishesPort: false,
      ports: { http: 20010, edge: 20011 },
      edge: { names: ["acme.odoo.example.com"], address: "10.200.250.65" },
    });
  });

  it("serves a tenant at its own names too, of which the first is its address, with a port that isn't HTTPS's own", () => {
    const edge = { domain: "localhost", certificates: "internal", httpsPort: 8443 };
    const own = tenants({ domains: ["erp.acme.com", "acme.fr"], publishPort: true });
    const fleet = resolveFleet({ ...base, edge, tenants: own }, "dev");
    expect(fleet.edge).toMatchObject({ certificates: { kind: "internal" }, hstsSeconds: 0 });
    expect(fleet.tenants["acme"]).toMatchObject({
      url: "https://erp.acme.com:8443",
      publishesPort: true,
      edge: { names: ["erp.acme.com", "acme.fr", "acme.localhost"] },
    });
  });

  it("gives tenants the port that something in front of it is asked at", () => {
    const edge = { domain: "localhost", certificates: "internal", httpsPort: 8443, publicPort: 443 };
    const fleet = resolveFleet({ ...base, edge, tenants: tenants({}) }, "dev");
    expect(fleet.edge!.ports).toEqual({ http: 80, https: 8443, public: 443 });
    expect(fleet.tenants["acme"]!.url).toBe("https://acme.localhost");
  });

  it("serves a customer's own name by a public authority once it is proven, and not before", () => {
    const edge = { domain: "odoo.example.com" };
    const of = (more: object): unknown =>
      resolveFleet({ ...base, edge, tenants: tenants({ domains: ["erp.acme.com", "acme.fr"], ...more }) }, "dev")
        .tenants["acme"];
    expect(of({})).toMatchObject({
      url: "https://acme.odoo.example.com",
      edge: { names: ["acme.odoo.example.com"], unproven: ["erp.acme.com", "acme.fr"] },
    });
    // What is proven and isn't declared any more is not served.
    expect(of({ proven: ["acme.fr", "former.acme.com"] })).toMatchObject({
      url: "https://acme.fr",
      edge: { names: ["acme.fr", "acme.odoo.example.com"], unproven: ["erp.acme.com"] },
    });
  });

  it("is none by default, and tenants are as they were", () => {
    const fleet = resolveFleet(base, "dev");
    expect(fleet.edge).toBeUndefined();
    expect(fleet.tenants["acme"]).toMatchObject({ url: "http://127.0.0.1:20010", publishesPort: true });
    expect(fleet.tenants["acme"]!.edge).toBeUndefined();
  });

  const internal = { domain: "localhost", certificates: "internal" };
  it.each<[string, object, string, RegExp]>([
    ["no domain", { edge: {} }, "odoo-fleet:edge.domain", /a DNS name/],
    ["a domain with a scheme", { edge: { domain: "https://example.com" } }, "odoo-fleet:edge.domain", /without scheme/],
    ["an address", { edge: { domain: "10.0.0.1" } }, "odoo-fleet:edge.domain", /a DNS name/],
    [
      "a domain that nobody signs for",
      { edge: { domain: "odoo.test" } },
      "odoo-fleet:edge.domain",
      /a registered domain/,
    ],
    [
      "an authority that isn't asked",
      { edge: { ...internal, acme: { email: "a@example.com" } } },
      "odoo-fleet:edge.acme",
      /nothing is ordered/,
    ],
    [
      "no port for the public",
      { edge: { ...internal, publicPort: 0 } },
      "odoo-fleet:edge.publicPort",
      /from 1 to 65535/,
    ],
    ["one port for both", { edge: { ...internal, httpPort: 443 } }, "odoo-fleet:edge.httpsPort", /another port/],
    [
      "a tenant's port",
      { edge: { ...internal, httpsPort: 20010 } },
      "odoo-fleet:edge.httpsPort",
      /outside 20000 to 30009/,
    ],
    [
      "another tenant's name",
      { edge: internal, tenants: tenants({ domains: ["globex.localhost"] }) },
      "odoo-fleet:tenants.acme.domains[0]",
      /"globex" has it/,
    ],
    [
      "one name of two tenants",
      {
        edge: internal,
        tenants: { acme: { slot: 1, domains: ["erp.example.com"] }, globex: { slot: 2, domains: ["erp.example.com"] } },
      },
      "odoo-fleet:tenants.globex.domains[0]",
      /"acme" has it/,
    ],
    [
      "names without an edge",
      { tenants: tenants({ domains: ["a.com"] }) },
      "odoo-fleet:tenants.acme.domains",
      /an edge/,
    ],
    [
      "no way in",
      { tenants: tenants({ publishPort: false }) },
      "odoo-fleet:tenants.acme.publishPort",
      /nobody would reach/,
    ],
    [
      "a network that isn't one",
      { edge: { ...internal, trustedProxies: ["cloudflare"] } },
      "odoo-fleet:edge.trustedProxies[0]",
      /CIDR/,
    ],
    ...[
      "0.0.0.0/0",
      "128.0.0.0/1",
      "10.0.0.0/7",
      "::/0",
      "2000::/3",
      "2a00::/15",
      "::ffff:0:0/96",
      "::ffff:1.2.3.4/120",
    ].map((network): [string, object, string, RegExp] => [
      `a network of everybody's, ${network}`,
      { edge: { ...internal, trustedProxies: ["192.0.2.0/24", network] } },
      "odoo-fleet:edge.trustedProxies[1]",
      /none wider than/,
    ]),
    ...[{ publicAddress: "::" }, { publicAddress: "2001:db8::10" }, { bindAddress: "2001:db8::10" }].map(
      (addresses): [string, object, string, RegExp] => [
        `an address that the edge isn't reached by, ${JSON.stringify(addresses)}`,
        { hosts: { local: addresses }, edge: internal },
        "odoo-fleet:hosts.local.publicAddress",
        /IPv4/,
      ],
    ),
    ...["10.0.0.0/8", "10.200.0.0/16", "10.200.250.65/32"].map((network): [string, object, string, RegExp] => [
      `a network of tenants, ${network}`,
      { edge: { ...internal, trustedProxies: [network] } },
      "odoo-fleet:edge.trustedProxies[0]",
      /apart from 10\.200\.0\.0\/16.*host local/,
    ]),
  ])("is refused with %s, by its path and with a way out", (_, config, path, expected) => {
    const result = parseFleet({ ...base, ...config }, "dev");
    expect(result).toMatchObject({
      ok: false,
      problems: [{ path, expected: expect.stringMatching(expected) as string }],
    });
    expect(result.ok ? "" : result.problems[0]!.wayOut).not.toBe("");
  });

  it("trusts Cloudflare's widest networks, and whole ones of a company", () => {
    // https://www.cloudflare.com/ips/
    const trustedProxies = ["104.16.0.0/13", "2a06:98c0::/29", "192.168.0.0/16", "172.16.0.0/12", "11.0.0.0/8"];
    expect(resolveFleet({ ...base, edge: { ...internal, trustedProxies } }, "dev").edge?.trustedProxies).toEqual(
      trustedProxies,
    );
  });

  it("takes a private authority for a domain that no public one signs for", () => {
    const acme = { directory: "https://ca.internal/directory" };
    expect(parseFleet({ ...base, edge: { domain: "odoo.internal", acme } }, "dev").ok).toBe(true);
  });
});
