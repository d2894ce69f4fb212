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

/** Microseconds in which a container gets its quota of the CPUs: the kernel's own default. */
const cpuPeriod = 100_000;

/**
 * A limit of CPUs as the engine's scheduler takes it. `cpus` says the same, but the Docker provider reads it back in a
 * spelling of its own (`1` as `1.0`, `10` as `10.`) and would replace the container in every run.
 *
 * @param cpus e.g. 0.5; the sizing gives no more than two decimals, of which none is lost.
 */
export function cpuLimit(cpus: number): Pick<docker.ContainerArgs, "cpuPeriod" | "cpuQuota"> {
  return { cpuPeriod, cpuQuota: Math.round(cpus * cpuPeriod) };
}

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
    ...cpuLimit(limits.cpus),
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

/**
 * What replaces a container beside what the Docker provider replaces it for. It notes a change of these and leaves the
 * container as it is; and one whose creation or update failed half-way (a port that is taken, a wait that ended unhealthy, a
 * limit that the engine refused) counts as made from then on, so the next run would leave it. `#initerror` is Pulumi's own
 * name for that failure, which it keeps in the state:
 * https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/resource/deploy/step_generator.go (`initErrorSpecialKey`).
 */
const replaceOnChanges = ["cpuPeriod", "cpuQuota", "healthcheck", "init", "tmpfs", "#initerror"];

/** Options of a container: it keeps its name and its port, so the old one goes before the new one comes. */
export function containerOptions(
  parent: pulumi.Resource,
  extra: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  return { parent, deleteBeforeReplace: true, replaceOnChanges, ...extra };
}

/** Options of a volume. A changed label would replace it and lose what it holds, so labels stay what they were. */
export function volumeOptions(
  parent: pulumi.Resource,
  extra: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  return { parent, ignoreChanges: ["labels"], ...extra };
}
