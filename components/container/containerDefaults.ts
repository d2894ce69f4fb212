import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stopGraceSeconds } from "../../fleet/security";
import type { Limits } from "../../fleet/types";

/** Docker's label list from a plain map. */
export function labelList(
  labels: Readonly<Record<string, pulumi.Input<string>>>,
): { label: string; value: pulumi.Input<string> }[] {
  return Object.entries(labels).map(([label, value]) => ({ label, value }));
}

/**
 * Processes that a container's user may have (RLIMIT_NPROC). The kernel counts them for the user on the whole host,
 * and the containers of all tenants share a user id, so the limit is a brake for a fork bomb and no budget.
 */
const processesPerUser = 16384;

/** Files that a process may have open: many times what Odoo, PostgreSQL or one Nginx worker needs. */
const openFiles = 16384;

/**
 * What every container of a tenant has in common: no capabilities, no way to gain privileges, a read-only root,
 * limits, rotated logs and a stop that is waited for. Values that the engine fills in are stated, so that a refresh
 * shows no difference.
 */
export function hardenedContainer(limits: Limits): Omit<docker.ContainerArgs, "image"> {
  return {
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    readOnly: true,
    privileged: false,
    init: true,
    ipcMode: "private",
    memory: limits.memoryMiB,
    // Equal to the memory: a container never swaps. Left out, the engine answers with twice the memory.
    memorySwap: limits.memoryMiB,
    cpus: limits.cpus.toString(),
    ulimits: [
      { name: "nofile", soft: openFiles, hard: openFiles },
      { name: "nproc", soft: processesPerUser, hard: processesPerUser },
    ],
    networkMode: "bridge",
    restart: "unless-stopped",
    mustRun: true,
    destroyGraceSeconds: stopGraceSeconds,
    stopTimeout: stopGraceSeconds,
    logDriver: "json-file",
    logOpts: { "max-file": "3", "max-size": "10m" },
    removeVolumes: false,
  };
}

/** Options of a container: it keeps its name and its port, so the old one goes before the new one comes. */
export function containerOptions(
  parent: pulumi.Resource,
  extra: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  // The provider notes a change of these and leaves the container as it is.
  const replaceOnChanges = ["healthcheck", "init", "tmpfs"];
  return { parent, deleteBeforeReplace: true, replaceOnChanges, ...extra };
}

/** Options of a volume. A changed label would replace it and lose what it holds, so labels stay what they were. */
export function volumeOptions(
  parent: pulumi.Resource,
  extra: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  return { parent, ignoreChanges: ["labels"], ...extra };
}
