import { stringify } from "yaml";
import { toldOfEdge } from "../../../../tools/move/edgeTold";
import { planMove } from "../../../../tools/move/plan";

/** What is told of a move of Acme to another host. */
function told(edge: object | undefined, publicAddress = "203.0.113.11"): ReturnType<typeof toldOfEdge> {
  const one = { docker: "ssh://ops@one", publicAddress: "203.0.113.10", memory: 8192 };
  const settings = {
    hosts: { one, two: { ...one, docker: "ssh://ops@two", publicAddress } },
    tenants: { acme: { host: "one", slot: 1, ...(edge && { domains: ["erp.acme.com", "acme.fr"] }) } },
    ...(edge && { edge: { domain: "odoo.example.com", ...edge } }),
  };
  const config = Object.entries(settings).map(([key, value]): [string, unknown] => [`odoo-fleet:${key}`, value]);
  const text = stringify({ config: Object.fromEntries(config) });
  const { problems, plan } = planMove(text, "prod", { tenant: "acme", host: "two" });
  expect(problems).toEqual([]);
  return toldOfEdge({ edge: plan!.edge, tenant: plan!.after, target: plan!.target });
}

it("names each record that has to change and where to, before and after, and that certificates are ordered anew", () => {
  const { before, after } = told({});
  for (const [record, certificates, ...rest] of [before, after]) {
    expect(record).toContain("acme.odoo.example.com, erp.acme.com, acme.fr to host two, 203.0.113.11");
    expect(certificates).toMatch(/^certificates aren't moved: host two orders them anew/);
    expect(rest).toEqual([]);
  }
  expect(before[0]).toContain("TTL");
  expect(after[0]).toMatch(/^let DNS lead .* now$/);
});

it("names no address of a host that is published on each of its own", () => {
  expect(told({}, "0.0.0.0").after[0]).toContain("to an address of host two now");
});

it("says of a wildcard certificate that it is there, and of the edge's own authority that it is another one", () => {
  const wildcard = { provider: "cloudflare", credentials: { CF_DNS_API_TOKEN: { secure: "token" } } };
  expect(told({ wildcard }).after[1]).toMatch(
    /^acme\.odoo\.example\.com has the wildcard certificate of host two\. Of/,
  );
  expect(told({ certificates: "internal" }).before[1]).toBe(
    "host two has an authority of its own: make trust trusts it",
  );
});

it("is silent where there is no edge", () => {
  expect(told(undefined)).toEqual({ before: [], after: [] });
});
