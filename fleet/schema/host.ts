import { z } from "zod";
import { defaultPortBase, maxPortBase } from "../ports";
import { firstUnprivilegedPort, isWildcardAddress } from "../security";
import { slotCount } from "../slots";
import { defaultSubnetBase, subnetBaseFault } from "../subnets";
import { imagesSchema } from "./images";
import { accessKeys } from "./access";
import { setting, text, whole } from "./setting";

/** Checked here: `format` isn't known to every validator of JSON Schema. */
const ipAddress = z.union([z.ipv4(), z.ipv6()]);

/** A host's keys. */
export const hostSchema = z.strictObject({
  address: setting(text(/^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)$/).max(253), {
    description: "Name or address by which customers reach the host; it becomes part of the tenants' URLs.",
    expected: "a host name or an IP address, without scheme and port",
    example: "127.0.0.1",
    default: "127.0.0.1",
  }).optional(),
  docker: setting(text(/^(unix:\/\/\/[^\s@]+|npipe:\/\/\/\/[^\s@]+|ssh:\/\/([A-Za-z0-9._-]+@)?[A-Za-z0-9.:[\]-]+)$/), {
    description: "Endpoint of the Docker engine. Logins belong to the SSH agent, never into the endpoint.",
    expected:
      "an endpoint such as unix:///var/run/docker.sock or ssh://user@host, without a password; not tcp://, which is open to everyone who can reach it",
    example: "unix:///var/run/docker.sock",
    defaultText: "the machine of an SSH `connection`; else `DOCKER_HOST`, then the local engine",
  }).optional(),
  ...accessKeys,
  bindAddress: setting(
    text(/^[0-9A-Fa-f:.]+$/).refine((value) => ipAddress.safeParse(value).success && !isWildcardAddress(value)),
    {
      description: "Address that tenants' ports are published on.",
      expected: "an IP address of the host, and not `0.0.0.0` or `::`, which are all of its networks, open ones too",
      example: "127.0.0.1",
      default: "127.0.0.1",
    },
  ).optional(),
  publicAddress: setting(
    text(/^[0-9A-Fa-f:.]+$/).refine((value) => ipAddress.safeParse(value).success),
    {
      description:
        "Address that the edge is published on: what customers' DNS records lead to. `0.0.0.0` is every IPv4 address of the host.",
      expected: "an IPv4 address of the host, or 0.0.0.0 for all of them",
      example: "203.0.113.10",
      defaultText: "`bindAddress`",
    },
  ).optional(),
  portBase: setting(whole(firstUnprivilegedPort, maxPortBase), {
    description: "First port of slot 0. A slot has ten ports, so 10,000 ports from here on are the fleet's.",
    expected: `a whole number from ${firstUnprivilegedPort} to ${maxPortBase}, so that all ports stay below Linux's ephemeral range (32768)`,
    example: defaultPortBase,
    unit: "port",
    default: defaultPortBase,
  }).optional(),
  subnetBase: setting(
    text(/^\d+\.\d+\.0\.0\/16$/).refine((value) => subnetBaseFault(value) === undefined),
    {
      description:
        "Network that the tenants' subnets are cut from, a /26 a slot. It must not overlap with another network of the host.",
      expected:
        "a private IPv4 network of size /16, such as 10.200.0.0/16, and not 172.17.0.0/16, the engine's default bridge",
      example: defaultSubnetBase,
      default: defaultSubnetBase,
    },
  ).optional(),
  memory: setting(whole(256, 16 * 1024 * 1024), {
    description: "Memory that the plans of the running tenants, and the web servers of suspended ones, may add up to.",
    expected: "a whole number of MiB from 256 on",
    example: 16384,
    unit: "MiB",
    defaultText: "not checked",
  }).optional(),
  cpus: setting(z.number().min(0.25).max(4096), {
    description:
      "CPUs that the plans of the running tenants, and the web servers of suspended ones, may add up to. May be more than the host has: plans are ceilings.",
    expected: "a number of CPUs from 0.25 on",
    example: 8,
    unit: "CPUs",
    defaultText: "not checked",
  }).optional(),
  reservedSlots: z
    .array(
      setting(whole(0, slotCount - 1), {
        description: "A slot that no tenant may take.",
        expected: `a whole number from 0 to ${slotCount - 1}`,
        example: 42,
      }),
    )
    .meta({
      description:
        "Slots that no tenant may take, such as those of removed tenants whose addresses may still be in use.",
      "x-expected": `a list of slots (0 to ${slotCount - 1})`,
      "x-default-text": "none",
    })
    .optional(),
  images: imagesSchema
    .meta({ description: "Base images on this host; they override the environment's.", "x-expected": "images" })
    .optional(),
});

export type HostConfig = z.output<typeof hostSchema>;
