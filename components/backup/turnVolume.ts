import * as docker from "@pulumi/docker";
import { backupTurnVolume } from "../../fleet/names";
import { turnService } from "../../fleet/security";
import { labelList } from "../container/containerDefaults";
import type { HostRefs } from "../host/connectHost";

/**
 * The volume that what backs the tenants of a host up takes turns by: a lock on its folder, which nobody writes to. So one
 * heavy job of a host runs at a time, and no tenant can hand another anything.
 */
export function createTurnVolume({ host, provider, context }: HostRefs): docker.Volume {
  return new docker.Volume(
    `${host.name}-backup-turn`,
    {
      name: backupTurnVolume(context.environment),
      labels: labelList(context.labels({ sharedOn: host.name }, turnService)),
    },
    { provider, ...context.options },
  );
}
