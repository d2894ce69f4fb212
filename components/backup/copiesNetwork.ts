import * as docker from "@pulumi/docker";
import { copiesNetwork } from "../../fleet/names";
import { copiesService } from "../../fleet/security";
import { copiesSubnet } from "../../fleet/subnets";
import { labelList } from "../container/containerDefaults";
import type { HostRefs } from "../host/connectHost";

/**
 * Makes the network by which what copies the backups of tenants in stacks of their own reaches the target: one for all of a host, since a
 * tenant's own addresses are taken by the networks that it has, and it keeps being copied when these are gone. What joins it doesn't reach
 * each other.
 */
export function createCopiesNetwork({ host, context, provider }: HostRefs): docker.Network {
  const { subnet, gateway } = copiesSubnet(host.subnetBase);
  return new docker.Network(
    `${host.name}-copies`,
    {
      name: copiesNetwork(context.environment),
      driver: "bridge",
      internal: false,
      options: { "com.docker.network.bridge.enable_icc": "false" },
      ipamConfigs: [{ subnet, gateway }],
      labels: labelList(context.labels({ sharedOn: host.name }, copiesService, [subnet])),
    },
    { provider, deleteBeforeReplace: true, ...context.options },
  );
}
