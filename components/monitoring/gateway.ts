import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { sharedLimits } from "../../fleet/sharedLimits";
import type { Host } from "../../fleet/types";
import { urlHost } from "../../fleet/urlHost";
import { servicePorts } from "../../monitoring/contract";
import { derived } from "../container/derived";
import { gatewayFiles, gatewayHealthPort, renderGatewayConf, renderGatewayUsers } from "./gatewayConf";
import { type Authority, certificateAuthority, type KeyPair } from "./certificates";
import { askByCurl } from "../container/healthcheck";
import { configFile, type SharedHost, SharedServiceContainer } from "./sharedService";

/** How the Prometheus of one host gets to the exporters of others. */
export interface GatewaySecrets {
  /** The login's password. */
  readonly password: pulumi.Output<string>;
  /** The authority that Prometheus trusts. */
  readonly authority: pulumi.Output<Authority>;
}

/** Makes the secrets of all gateways of a fleet, once. */
export function createGatewaySecrets(): GatewaySecrets {
  const secret = (what: string): pulumi.Output<string> =>
    new random.RandomPassword(`monitoring-gateway-${what}`, { length: 40, special: false }).result;
  return { password: secret("password"), authority: derived(secret("seed"), (seed) => certificateAuthority(seed)) };
}

export interface GatewayArgs extends SharedHost {
  readonly host: Host;
  /** Id of Nginx's image. */
  readonly image: pulumi.Input<string>;
  readonly secrets: GatewaySecrets;
}

/** The one way from another host to this one's exporters: TLS with a certificate of the fleet's own, and a login. */
export class Gateway extends pulumi.ComponentResource {
  /** Id of the container. */
  readonly containerId: pulumi.Output<string>;
  /** Where another host's Prometheus reaches it, e.g. `https://10.20.0.12:30003`. */
  readonly url: string;

  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("odoo-fleet:index:Gateway", name, {}, opts);
    const { host, secrets, image, monitored, context, network } = args;
    const pair = derived(secrets.authority, (authority) => authority.issue([host.name, host.address]));
    const part = (which: keyof KeyPair): pulumi.Output<string> => pulumi.secret(derived(pair, (both) => both[which]));
    const { containerId } = new SharedServiceContainer(
      `${name}-gateway`,
      {
        ...{ monitored, context, network, image },
        service: "gateway",
        limits: sharedLimits("gateway", 0),
        // By number: not every image of Nginx has the name.
        user: "101:101",
        files: {
          [gatewayFiles.config]: renderGatewayConf(monitored),
          [gatewayFiles.certificate]: part("certificate"),
          [gatewayFiles.key]: part("key"),
          [gatewayFiles.users]: pulumi.secret(derived(secrets.password, renderGatewayUsers)),
        },
        container: {
          entrypoints: ["nginx"],
          command: ["-c", configFile(gatewayFiles.config), "-g", "daemon off;"],
          stopSignal: "SIGQUIT",
          tmpfs: { "/tmp": "mode=1777,size=16m" },
          ports: [
            {
              internal: servicePorts.gateway,
              external: monitored.ports.gateway,
              ip: host.bindAddress,
              protocol: "tcp",
            },
          ],
          healthcheck: askByCurl(`http://127.0.0.1:${gatewayHealthPort}/`),
        },
      },
      { parent: this },
    );
    this.containerId = containerId;
    this.url = `https://${urlHost(host.address)}:${monitored.ports.gateway}`;
    this.registerOutputs({ containerId: this.containerId, url: this.url });
  }
}
