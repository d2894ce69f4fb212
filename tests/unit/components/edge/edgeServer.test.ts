import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { createEdgeNetwork, EdgeServer } from "../../../../components/edge/edgeServer";
import type { HostRefs } from "../../../../components/host/connectHost";
import { ServiceContext } from "../../../../components/container/serviceContext";
import { resolveFleet } from "../../../../fleet";
import type { RunningTenant } from "../../../../fleet/types";
import { ofType, settled, startMocks } from "../../../support/mocks";

type Inputs = Record<string, unknown>;

/** The edge's resources, with these tenants. */
async function register(
  tenants: Record<string, object>,
  edge: object = { certificates: "internal" },
): Promise<{
  containers: Record<string, Inputs>;
  volumes: Record<string, Inputs>;
  networks: Record<string, Inputs>;
}> {
  const registered = startMocks();
  const hosts = { local: { publicAddress: "0.0.0.0" } };
  const fleet = resolveFleet({ hosts, tenants, edge: { domain: "localhost", ...edge } }, "dev");
  const host = fleet.hosts["local"]!;
  const provider = new docker.Provider("local-docker", {});
  const refs = { host, provider, context: new ServiceContext("dev", "id-of-stack") } as unknown as HostRefs;
  const network = createEdgeNetwork(refs, fleet.edge!.hosts["local"]!);
  new EdgeServer("local-edge", {
    ...{ edge: fleet.edge!, refs, network, image: "sha256:edge" },
    tenants: Object.values(fleet.tenants).map((tenant) => ({
      tenant: tenant as RunningTenant,
      secret: pulumi.output(`secret-of-${tenant.name}`),
    })),
  });
  await settled();
  return {
    containers: ofType(registered, "docker:index/container:Container"),
    volumes: ofType(registered, "docker:index/volume:Volume"),
    networks: ofType(registered, "docker:index/network:Network"),
  };
}

/** The file that the writer carries. */
const uploaded = ({ containers }: Awaited<ReturnType<typeof register>>): string =>
  JSON.stringify(containers["local-edge-config-writer"]!["uploads"]);

describe("EdgeServer", () => {
  it("is the same container whatever tenants there are: only what is carried into its volume changes", async () => {
    const one = await register({ acme: { slot: 1 } });
    const two = await register({ acme: { slot: 1, domains: ["erp.acme.com"] }, globex: { slot: 2 } });
    expect(two.containers["local-edge"]).toEqual(one.containers["local-edge"]);
    expect(two.volumes).toEqual(one.volumes);
    expect(two.networks).toEqual(one.networks);
    expect(uploaded(one)).toContain("acme.localhost");
    expect(uploaded(one)).not.toContain("globex");
    for (const part of ["erp.acme.com", "globex.localhost", "10.200.250.65:20021", "secret-of-globex"]) {
      expect(uploaded(two)).toContain(part);
    }
  });

  it("says of a suspended tenant that it is, and holds nothing by which its Nginx would know it", async () => {
    const awake = await register({ acme: { slot: 1 }, globex: { slot: 2 } });
    const asleep = await register({
      acme: { slot: 1 },
      globex: { slot: 2, state: "suspended", company: "Globex {env.HOME}" },
    });
    expect(asleep.containers["local-edge"]).toEqual(awake.containers["local-edge"]);
    expect(uploaded(asleep)).toContain("globex.localhost");
    expect(uploaded(asleep)).toContain("Globex &#123;env.HOME&#125;");
    for (const part of ["secret-of-globex", "{env"]) {
      expect(uploaded(asleep)).not.toContain(part);
    }
  });

  it("publishes HTTP, HTTPS and HTTP/3 on the public address, as the engine tells them back", async () => {
    const { containers } = await register({});
    const { ports, capabilities, readOnly, user } = containers["local-edge"]!;
    expect(ports).toEqual([
      { internal: 8080, external: 80, ip: "0.0.0.0", protocol: "tcp" },
      { internal: 8443, external: 443, ip: "0.0.0.0", protocol: "tcp" },
      { internal: 8443, external: 443, ip: "0.0.0.0", protocol: "udp" },
    ]);
    expect([capabilities, readOnly, user]).toEqual([{ drops: ["ALL"] }, true, "nginx"]);
  });

  it("carries the authority's root in a file that is there without one too", async () => {
    const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    const files = async (edge: object): Promise<string[]> => {
      const found = uploaded(await register({}, edge)).matchAll(/"file":"([^"]+)"/g);
      return [...found].map(([, file]) => file!).sort();
    };
    const own = { acme: { directory: "https://ca.internal/dir", root: pem } };
    expect(await files(own)).toHaveLength(2);
    expect(await files(own)).toEqual(await files({ certificates: "internal" }));
    expect(uploaded(await register({}, own))).toContain("AAAA");
  });
});
