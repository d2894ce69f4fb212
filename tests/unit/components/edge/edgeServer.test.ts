import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { createEdgeNetwork, EdgeServer } from "../../../../components/edge/edgeServer";
import type { HostRefs } from "../../../../components/host/connectHost";
import { ServiceContext } from "../../../../components/container/serviceContext";
import { resolveFleet } from "../../../../fleet";
import { ofType, settled, startMocks } from "../../../support/mocks";

type Inputs = Record<string, unknown>;

/** The edge's resources. */
async function register(edge: object = { certificates: "internal" }): Promise<{
  containers: Record<string, Inputs>;
  volumes: Record<string, Inputs>;
  networks: Record<string, Inputs>;
}> {
  const registered = startMocks();
  const hosts = { local: { publicAddress: "0.0.0.0" } };
  const fleet = resolveFleet({ hosts, edge: { domain: "localhost", ...edge } }, "dev");
  const host = fleet.hosts["local"]!;
  const provider = new docker.Provider("local-docker", {});
  const refs = { host, provider, context: new ServiceContext("dev", "id-of-stack") } as unknown as HostRefs;
  const network = createEdgeNetwork(refs, fleet.edge!.hosts["local"]!);
  const fleetSecret = pulumi.output("secret-of-the-fleet");
  new EdgeServer("local-edge", { edge: fleet.edge!, refs, network, image: "sha256:edge", fleetSecret });
  await settled();
  return {
    containers: ofType(registered, "docker:index/container:Container"),
    volumes: ofType(registered, "docker:index/volume:Volume"),
    networks: ofType(registered, "docker:index/network:Network"),
  };
}

/** The files that the writer carries. */
const uploaded = ({ containers }: Awaited<ReturnType<typeof register>>): string =>
  JSON.stringify(containers["local-edge-config-writer"]!["uploads"]);

describe("EdgeServer", () => {
  it("asks the engine for routes by a proxy of its own, which lets it ask nothing else and nobody anything", async () => {
    const edge = await register();
    const { volumes, user, capabilities, readOnly, ports, networksAdvanced } =
      edge.containers["local-edge-engine-proxy"]!;
    expect([user, capabilities, readOnly, ports]).toEqual(["root", { drops: ["ALL"] }, true, undefined]);
    expect(volumes).toContainEqual({
      hostPath: "/var/run/docker.sock",
      containerPath: "/var/run/docker.sock",
      readOnly: true,
    });
    expect(networksAdvanced).toEqual([{ name: expect.anything() as unknown, ipv4Address: "10.200.250.68" }]);
    expect(edge.containers["local-edge"]!["envs"]).toContain("ODOO_FLEET_ENGINE=http://10.200.250.68:2375");
    expect(JSON.stringify(edge.containers["local-edge"]!["volumes"])).not.toContain("docker.sock");
    // A secret, since another file of the writer is one.
    const { value: uploads } = edge.containers["local-edge-config-writer"]!["uploads"] as {
      value: { file: string; content: string }[];
    };
    const conf = uploads.find(({ file }) => file === "/var/lib/odoo-fleet/edge-engine-proxy/nginx.conf")!.content;
    expect(conf.match(/^ +(location|allow|deny|proxy_pass) .*$/gm)!.map((line) => line.trim())).toEqual([
      "location = /odoo-fleet/health {",
      "location = /routes {",
      "allow 10.200.250.66;",
      "deny all;",
      // Of every other method than GET.
      "deny all;",
      "proxy_pass http://unix:/var/run/docker.sock:/volumes;",
      "location = /kept {",
      "allow 10.200.250.66;",
      "deny all;",
      "deny all;",
      "proxy_pass http://unix:/var/run/docker.sock:/volumes;",
      "location = /awake {",
      "allow 10.200.250.66;",
      "deny all;",
      "deny all;",
      "proxy_pass http://unix:/var/run/docker.sock:/containers/json;",
      "location ~ ^/(?<action>start|stop)/(?<tenant>[a-z][a-z0-9-]*)/(?<service>postgres|odoo|backup|files)$ {",
      "allow 10.200.250.66;",
      "deny all;",
      // Of every other method than POST.
      "deny all;",
      "proxy_pass http://unix:/var/run/docker.sock:;",
      "location = /odoo-fleet/admitted {",
      "proxy_pass http://unix:/var/run/docker.sock:;",
      "location @refused {",
      "location / {",
    ]);
    expect(conf.match(/rewrite .*;/g)).toEqual([
      "rewrite ^ /containers/dev-$tenant-$service/$action break;",
      "rewrite ^ /volumes/dev-$tenant-wake break;",
    ]);
    const filters = [...conf.matchAll(/set \$args "filters=([^"]+)";/g)];
    const own = ["odoo-fleet.environment=dev", "odoo-fleet.host=local"];
    expect(filters.map(([, filter]) => JSON.parse(decodeURIComponent(filter!)) as unknown)).toEqual([
      { label: [...own, "odoo-fleet.service=route"] },
      { label: [...own, "odoo-fleet.service=kept"] },
      { label: [...own, "odoo-fleet.state=suspended"], status: ["running", "restarting"] },
    ]);
  });

  it("has the fleet's secret in a file alone", async () => {
    const { containers } = await register();
    expect(uploaded({ containers, volumes: {}, networks: {} })).toContain("secret-of-the-fleet");
    const { ["local-edge"]: edge, ["local-edge-engine-proxy"]: proxy } = containers;
    expect(JSON.stringify([edge, proxy])).not.toContain("secret-of-the-fleet");
  });

  it("publishes HTTP, HTTPS and HTTP/3 on the public address, as the engine tells them back", async () => {
    const { containers } = await register();
    const { ports, capabilities, readOnly, user } = containers["local-edge"]!;
    expect(ports).toEqual([
      { internal: 8080, external: 80, ip: "0.0.0.0", protocol: "tcp" },
      { internal: 8443, external: 443, ip: "0.0.0.0", protocol: "tcp" },
      { internal: 8443, external: 443, ip: "0.0.0.0", protocol: "udp" },
    ]);
    expect([capabilities, readOnly, user]).toEqual([{ drops: ["ALL"] }, true, "nginx"]);
  });

  it("is told to end in the way in which Caddy drains, and isn't waited for longer than its tenants can be away", async () => {
    const { containers } = await register();
    const { stopSignal, stopTimeout, destroyGraceSeconds } = containers["local-edge"]!;
    expect([stopSignal, stopTimeout, destroyGraceSeconds]).toEqual(["SIGTERM", 10, 10]);
  });

  it("carries the authority's root in a file that is there without one too", async () => {
    const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    const files = async (edge: object): Promise<string[]> => {
      const found = uploaded(await register(edge)).matchAll(/"file":"([^"]+)"/g);
      return [...found].map(([, file]) => file!).sort();
    };
    const own = { acme: { directory: "https://ca.internal/dir", root: pem } };
    expect(await files(own)).toHaveLength(7);
    expect(await files(own)).toEqual(await files({ certificates: "internal" }));
    expect(uploaded(await register(own))).toContain("AAAA");
  });
});
