import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { createEdgeNetwork, EdgeServer } from "../../../../components/edge/edgeServer";
import type { HostRefs } from "../../../../components/host/connectHost";
import { ServiceContext } from "../../../../components/container/serviceContext";
import { parseFleet } from "../../../../fleet";
import { ofType, settled, startMocks } from "../../../support/mocks";

type Inputs = Record<string, unknown>;

const awkward = `it's "$HOME" \`x\` \\n\nand more`;
const wildcard = {
  provider: "rfc2136",
  credentials: { RFC2136_NAMESERVER: "192.0.2.1", RFC2136_TSIG_SECRET: awkward },
};

/** The containers and volumes of an edge, with a wildcard certificate or without one. */
async function register(
  edge: object,
  servesDomain = false,
): Promise<Record<"containers" | "volumes", Record<string, Inputs>>> {
  const registered = startMocks();
  const result = parseFleet({ hosts: { local: {} }, edge: { domain: "example.com", ...edge } }, "dev");
  if (!result.ok) {
    throw new Error(JSON.stringify(result.problems));
  }
  const { fleet, secrets } = result;
  const host = fleet.hosts["local"]!;
  const provider = new docker.Provider("local-docker", {});
  const refs = { host, provider, context: new ServiceContext("dev", "id-of-stack") } as unknown as HostRefs;
  const network = createEdgeNetwork(refs, fleet.edge!.hosts["local"]!);
  const own = secrets.wildcard && { image: "sha256:wildcard", credentials: secrets.wildcard, servesDomain };
  const fleetSecret = pulumi.output("secret-of-the-fleet");
  new EdgeServer("local-edge", { edge: fleet.edge!, refs, network, image: "sha256:edge", fleetSecret, wildcard: own });
  await settled();
  return {
    containers: ofType(registered, "docker:index/container:Container"),
    volumes: ofType(registered, "docker:index/volume:Volume"),
  };
}

describe("WildcardOrder", () => {
  it("orders the names with what it is told, and has what opens something in a file alone", async () => {
    const { containers } = await register({ wildcard: { ...wildcard, resolvers: ["192.0.2.53:53"] } });
    const order = containers["local-edge-wildcard"]!;
    expect(order["envs"]).toEqual([
      "LEGO_SERVER=https://acme-v02.api.letsencrypt.org/directory",
      "LEGO_DNS=rfc2136",
      "LEGO_DNS_RESOLVERS=192.0.2.53:53",
      "LEGO_DOMAINS=*.example.com",
      "LEGO_PATH=/wildcard/lego",
      expect.stringMatching(/^LEGO_CERT_NAME=wildcard-[0-9a-f]{8}$/) as string,
    ]);
    const { user, capabilities, readOnly, ports, image } = order;
    expect([user, capabilities, readOnly, ports, image]).toEqual([
      "nginx",
      { drops: ["ALL"] },
      true,
      undefined,
      "sha256:wildcard",
    ]);
    for (const [name, inputs] of Object.entries(containers).filter(([name]) => !name.endsWith("-writer"))) {
      expect([name, JSON.stringify(inputs).includes("and more")]).toEqual([name, false]);
    }
    expect(JSON.stringify(containers["local-edge-config-writer"])).not.toContain("and more");
  });

  it("has the edge read what was ordered, and Caddy load it", async () => {
    const { containers } = await register({ wildcard });
    const { image, command, volumes } = containers["local-edge"]!;
    expect([image, command]).toEqual(["sha256:wildcard", ["edge"]]);
    expect(volumes).toContainEqual({
      volumeName: "dev-edge-wildcard-data",
      containerPath: "/wildcard",
      readOnly: true,
    });
    expect(JSON.stringify(containers["local-edge-config-writer"])).toContain("load_folders");
  });

  it("orders for the domain itself where that is served, and from the authority that is declared", async () => {
    const acme = {
      directory: "https://ca.internal/dir",
      email: "ops@example.com",
      root: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    };
    const { containers } = await register({ wildcard, acme }, true);
    expect(containers["local-edge-wildcard"]!["envs"]).toEqual(
      expect.arrayContaining([
        "LEGO_SERVER=https://ca.internal/dir",
        "LEGO_EMAIL=ops@example.com",
        "LEGO_CA_CERTIFICATES=/etc/odoo-fleet/acme-root.pem",
        "LEGO_DOMAINS=*.example.com,example.com",
      ]),
    );
  });

  it("changes nothing of an edge without one", async () => {
    const { containers, volumes } = await register({});
    expect(Object.keys(containers).filter((name) => name.includes("wildcard"))).toEqual([]);
    expect(Object.keys(volumes).filter((name) => name.includes("wildcard"))).toEqual([]);
    const { image, command } = containers["local-edge"]!;
    expect([image, command]).toEqual(["sha256:edge", ["run"]]);
    expect(JSON.stringify(containers)).not.toContain("load_folders");
  });

  it("keeps what an authority signs so often in a week: its certificate and account, and the edge's own", async () => {
    const registrations = jest.spyOn(MockMonitor.prototype, "registerResource");
    const kept = async (edge: object): Promise<string[]> => {
      registrations.mockClear();
      await register(edge);
      return registrations.mock.calls
        .map(([request]) => request as RegisterResourceRequest)
        .filter((request) => request.getType() === "docker:index/volume:Volume" && request.getProtect())
        .map((request) => request.getName())
        .sort();
    };
    const found = [await kept({ wildcard }), await kept({}), await kept({ certificates: "internal" })];
    registrations.mockRestore();
    expect(found).toEqual([["local-edge-data", "local-edge-wildcard-data"], ["local-edge-data"], []]);
  });

  it("writes credentials as a shell reads them, whatever is in them", async () => {
    const { containers } = await register({ wildcard });
    const { value: uploads } = containers["local-edge-wildcard-config-writer"]!["uploads"] as {
      value: { file: string; content: string }[];
    };
    const folder = mkdtempSync(join(tmpdir(), "odoo-fleet-wildcard-"));
    try {
      const file = join(folder, "credentials");
      writeFileSync(file, uploads.find(({ file }) => file.endsWith("/credentials"))!.content);
      const script = `set -a; . ${file}; printf '%s|%s' "$RFC2136_NAMESERVER" "$RFC2136_TSIG_SECRET"`;
      expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(`192.0.2.1|${awkward}`);
      expect(uploads.find(({ file }) => file.endsWith("/hidden"))!.content).toBe(`${awkward}\n`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
