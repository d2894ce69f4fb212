import { parseFleet } from "../../../fleet";
import { estimateHost } from "../../../fleet/estimate";
import { keptVolumes } from "../../../fleet/snapshots";
import { fleetOfStackFile, plainPasswords } from "../../../tools/stackFile";

const domain = "odoo.example.com";
const wildcard = { provider: "cloudflare", credentials: { CF_DNS_API_TOKEN: "cf-1234" } };
const parse = (edge: object, secretKeys?: string[]): ReturnType<typeof parseFleet> =>
  parseFleet({ hosts: { local: {} }, edge: { domain, ...edge } }, "dev", secretKeys);

describe("a wildcard certificate", () => {
  it("is none by default", () => {
    const result = parse({});
    expect(result).toMatchObject({ ok: true });
    expect(result.ok && [result.fleet.edge!.wildcard, result.secrets.wildcard]).toEqual([undefined, undefined]);
  });

  it("has its credentials apart from the fleet, and counts for its host", () => {
    const result = parse({ wildcard: { ...wildcard, resolvers: ["192.0.2.53:53"] } });
    if (!result.ok) {
      throw new Error(JSON.stringify(result.problems));
    }
    const { fleet, secrets } = result;
    expect(fleet.edge!.wildcard).toEqual({ provider: "cloudflare", resolvers: ["192.0.2.53:53"] });
    expect(JSON.stringify(fleet)).not.toContain("cf-1234");
    expect(secrets.wildcard).toEqual(wildcard.credentials);
    const host = fleet.hosts["local"]!;
    expect(estimateHost(fleet, host).edge).toEqual({ memoryMiB: 256 + 32 + 128, cpus: 1.5 });
    expect(keptVolumes(fleet, host)).toEqual({ edge: "dev-edge-data", "edge-wildcard": "dev-edge-wildcard-data" });
  });

  it.each<[string, object, string, RegExp, string]>([
    [
      "an authority of the fleet's own",
      { certificates: "internal", wildcard },
      "odoo-fleet:edge.wildcard",
      /nothing is ordered/,
      "odoo-fleet:edge.certificates",
    ],
    [
      "no provider",
      { wildcard: { credentials: {} } },
      "odoo-fleet:edge.wildcard.provider",
      /lego's DNS providers/,
      "provider",
    ],
    [
      "a provider that is no code",
      { wildcard: { ...wildcard, provider: "Cloudflare; x" } },
      "odoo-fleet:edge.wildcard.provider",
      /lego's DNS providers/,
      "cloudflare",
    ],
    ...["LEGO_SERVER", "LEGO_DNS_RESOLVERS", "LD_PRELOAD", "PATH", "cf_token", "A_B; x"].map(
      (name): [string, object, string, RegExp, string] => [
        `the variable ${name}`,
        { wildcard: { ...wildcard, credentials: { [name]: "value-of-it" } } },
        `odoo-fleet:edge.wildcard.credentials${/[^A-Za-z_]/.test(name) ? `["${name}"]` : `.${name}`}`,
        /lego's page/,
        "pulumi config rm",
      ],
    ),
    [
      "an empty value",
      { wildcard: { ...wildcard, credentials: { CF_DNS_API_TOKEN: "" } } },
      "odoo-fleet:edge.wildcard.credentials.CF_DNS_API_TOKEN",
      /text, as a secret/,
      "pulumi config set --secret",
    ],
    [
      "a resolver without a port",
      { wildcard: { ...wildcard, resolvers: ["192.0.2.53"] } },
      "odoo-fleet:edge.wildcard.resolvers[0]",
      /a port/,
      "192.0.2.53:53",
    ],
  ])("is refused with %s, by its path and with a way out", (_, edge, path, expected, wayOut) => {
    const result = parse(edge);
    expect(result).toMatchObject({
      ok: false,
      problems: [{ path, expected: expect.stringMatching(expected) as string }],
    });
    expect(result.ok ? "" : result.problems[0]!.wayOut).toContain(wayOut);
    expect(JSON.stringify(result)).not.toContain("value-of-it");
  });

  it("is refused where what opens something is in plain text, and takes what says an address as it is", () => {
    const credentials = { RFC2136_NAMESERVER: "192.0.2.1", RFC2136_TSIG_KEY: "fleet.", RFC2136_TSIG_SECRET: "cf-1234" };
    const result = parse({ wildcard: { provider: "rfc2136", credentials } }, []);
    expect(result).toMatchObject({
      ok: false,
      problems: [{ path: "odoo-fleet:edge.wildcard.credentials.RFC2136_TSIG_SECRET", value: "(hidden)" }],
    });
    expect(JSON.stringify(result)).not.toContain("cf-1234");
    const config = (secret: unknown): Record<string, unknown> => ({
      "odoo-fleet:hosts": { local: {} },
      "odoo-fleet:edge": {
        domain,
        wildcard: { provider: "rfc2136", credentials: { ...credentials, RFC2136_TSIG_SECRET: secret } },
      },
    });
    expect(plainPasswords(config("cf-1234"))).toEqual(["odoo-fleet:edge.wildcard.credentials.RFC2136_TSIG_SECRET"]);
    expect(plainPasswords(config({ secure: "v1:x" }))).toEqual([]);
    const file = JSON.stringify({ config: config({ secure: "v1:x" }) });
    expect(fleetOfStackFile(file, "dev").edge!.wildcard).toEqual({ provider: "rfc2136", resolvers: [] });
  });
});
