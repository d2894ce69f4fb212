import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Edge } from "../../fleet/edgeTypes";
import { configFolder, edgeWildcardService, wildcardDataFolder } from "../../fleet/security";
import { edgeWildcardLimits } from "../../fleet/sharedLimits";
import { wildcardSubnet } from "../../fleet/subnets";
import { isSecretVariable } from "../../fleet/wildcardChecks";
import { containerOptions, hardenedContainer, labelList, volumeOptions } from "../container/containerDefaults";
import { type ServiceConfig, writeServiceConfigs } from "../container/serviceConfig";
import type { HostRefs } from "../host/connectHost";

export interface WildcardOrderArgs {
  readonly edge: Edge;
  /** The host; its engine is the `docker` provider in the options. */
  readonly refs: HostRefs;
  /** Name of its image on it, which the edge runs too. */
  readonly image: pulumi.Input<string>;
  /** What the DNS provider is asked with, by the names of lego's variables. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Whether the edge serves the domain itself, too. */
  readonly servesDomain: boolean;
}

/** Its files; lego alone has the credentials as its environment. `hidden` has those values, a line each, that no log may show. */
const files = { credentials: "credentials", hidden: "hidden", acmeRoot: "acme-root.pem" } as const;

/**
 * What orders the wildcard certificate below the fleet's domain, by DNS-01, and renews it: lego, in a container and a network of its own.
 * The edge mounts what it ordered, to read, and never has what the DNS provider is asked with (docs/decisions/0102).
 */
export class WildcardOrder extends pulumi.ComponentResource {
  /** Name of the volume with the certificate, its key, and the account at the authority. */
  readonly dataVolume: pulumi.Output<string>;

  constructor(name: string, args: WildcardOrderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:WildcardOrder", name, {}, opts);
    const { edge, refs } = args;
    const { host, context } = refs;
    const { names } = edge.hosts[host.name]!;
    const owner = { sharedOn: host.name };
    const { subnet, gateway } = wildcardSubnet(host.subnetBase);
    const network = new docker.Network(
      `${name}-network`,
      {
        name: names.wildcard,
        driver: "bridge",
        internal: false,
        ipamConfigs: [{ subnet, gateway }],
        labels: labelList(context.labels(owner, edgeWildcardService, [subnet])),
      },
      { parent: this, deleteBeforeReplace: true, ...context.options },
    );
    const data = new docker.Volume(
      `${name}-data`,
      { name: names.wildcardDataVolume, labels: labelList(context.labels(owner, edgeWildcardService)) },
      // As the edge's own: lost, the account is another one, and the authority signs the same names five times in a week.
      volumeOptions(this, { protect: true, ...context.options }),
    );
    const config = this.writeConfig(name, args);
    const container = new docker.Container(
      name,
      {
        ...hardenedContainer(edgeWildcardLimits),
        name: names.wildcard,
        hostname: names.wildcard,
        image: args.image,
        user: "nginx",
        command: ["order"],
        // The signal that the base image names for its server means nothing to a shell.
        stopSignal: "SIGTERM",
        envs: environment(args),
        tmpfs: { "/tmp": "mode=1777,size=16m" },
        volumes: [
          { ...config.mount, readOnly: true },
          { volumeName: data.name, containerPath: wildcardDataFolder },
        ],
        networksAdvanced: [{ name: network.id }],
        healthcheck: {
          tests: ["CMD", "odoo-fleet-wildcard", "healthy"],
          interval: "10s",
          timeout: "10s",
          startPeriod: "1m0s",
          retries: 3,
        },
        labels: config.labels,
      },
      containerOptions(this, { ...context.options, dependsOn: [config.writer] }),
    );
    context.started.push({ container, name: names.wildcard, key: "edge.wildcard", isWaitedFor: true });
    this.dataVolume = data.name;
    this.registerOutputs({ dataVolume: this.dataVolume });
  }

  private writeConfig(name: string, { edge, refs, image, credentials }: WildcardOrderArgs): ServiceConfig {
    const { host, context } = refs;
    const { names } = edge.hosts[host.name]!;
    const { certificates } = edge;
    const hidden = Object.entries(credentials).filter(([variable]) => isSecretVariable(variable));
    return writeServiceConfigs(
      `${name}-config`,
      {
        owner: { sharedOn: host.name },
        context,
        writer: {
          containerName: names.wildcardConfigVolume,
          service: `${edgeWildcardService}-config`,
          image,
          user: "nginx",
        },
      },
      {
        own: {
          resource: `${name}-config`,
          service: edgeWildcardService,
          volumeName: names.wildcardConfigVolume,
          files: {
            [files.credentials]: pulumi.secret(shellVariables(credentials)),
            [files.hidden]: pulumi.secret(`${hidden.map(([, value]) => value).join("\n")}\n`),
            [files.acmeRoot]: (certificates.kind === "acme" && certificates.root) || "\n",
          },
          formerParent: this.urn,
        },
      },
      this,
    ).own;
  }
}

/** What lego is told, which is no secret. */
function environment({ edge, servesDomain }: WildcardOrderArgs): string[] {
  const { domain, wildcard, certificates } = edge;
  if (certificates.kind !== "acme") {
    throw new Error("a wildcard certificate is ordered from an authority that is reached by ACME");
  }
  const { directory, email, root } = certificates;
  return [
    `LEGO_SERVER=${directory}`,
    ...(email === undefined ? [] : [`LEGO_EMAIL=${email}`]),
    ...(root === undefined ? [] : [`LEGO_CA_CERTIFICATES=${configFolder}/${files.acmeRoot}`]),
    `LEGO_DNS=${wildcard!.provider}`,
    ...(wildcard!.resolvers.length === 0 ? [] : [`LEGO_DNS_RESOLVERS=${wildcard!.resolvers.join(",")}`]),
    `LEGO_DOMAINS=${[`*.${domain}`, ...(servesDomain ? [domain] : [])].join(",")}`,
    `LEGO_PATH=${wildcardDataFolder}/lego`,
    // Another authority's certificate is another one, and not that one's renewal.
    `LEGO_CERT_NAME=wildcard-${createHash("sha256").update(directory).digest("hex").slice(0, 8)}`,
  ];
}

/** As a shell reads them, whatever is in the values. */
function shellVariables(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join("");
}
