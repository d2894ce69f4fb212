import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { labelPrefix } from "../../fleet/labels";
import { ComposeError } from "./state";

/** Inputs of a container, as the Docker provider gets them. */
export type ContainerInputs = pulumi.Unwrap<docker.ContainerArgs>;

/** A part of a service in a Compose file. */
type Part = Readonly<Record<string, unknown>>;

/** What a container's inputs refer to, by what they call it: names in the Compose file. */
export interface References {
  readonly images: ReadonlyMap<string, string>;
  readonly volumes: ReadonlyMap<string, string>;
  readonly networks: ReadonlyMap<string, string>;
}

/** What one input becomes; `undefined`: there is no such thing in a Compose file. */
type Translation<Value> = ((value: Value, references: References, inputs: ContainerInputs) => Part) | undefined;

/** Says when and how the provider works, and nothing of the container. */
const ofProvider = (): Part => ({});

/** The same under another name. */
const as =
  (key: string) =>
  (value: unknown): Part => ({ [key]: value });

const mebibytes =
  (key: string) =>
  (value: number): Part => ({ [key]: value < 0 ? value : `${value}m` });

/**
 * What each input of a container is in a Compose file. All inputs that the provider knows are here, so that none is left out
 * unseen.
 */
const translations: {
  readonly [Key in keyof Required<ContainerInputs>]: Translation<NonNullable<ContainerInputs[Key]>>;
} = {
  attach: ofProvider,
  capabilities: ({ adds, drops }) => ({ cap_add: adds, cap_drop: drops }),
  cgroupParent: as("cgroup_parent"),
  cgroupnsMode: as("cgroup"),
  command: as("command"),
  containerReadRefreshTimeoutMilliseconds: ofProvider,
  cpuPeriod: as("cpu_period"),
  cpuQuota: as("cpu_quota"),
  cpuSet: as("cpuset"),
  cpuShares: as("cpu_shares"),
  cpus: as("cpus"),
  destroyGraceSeconds: ofProvider,
  deviceCgroupRules: as("device_cgroup_rules"),
  deviceReadBps: undefined,
  deviceReadIops: undefined,
  deviceRequests: undefined,
  deviceWriteBps: undefined,
  deviceWriteIops: undefined,
  devices: (list) => ({
    devices: list.map(({ hostPath, containerPath = hostPath, permissions = "rwm" }) =>
      [hostPath, containerPath, permissions].join(":"),
    ),
  }),
  dns: as("dns"),
  dnsOpts: as("dns_opt"),
  dnsSearches: as("dns_search"),
  domainname: as("domainname"),
  entrypoints: as("entrypoint"),
  envs: as("environment"),
  gpus: undefined,
  groupAdds: as("group_add"),
  healthcheck: ({ tests, interval, timeout, startPeriod, startInterval, retries }) => ({
    healthcheck: set({
      test: tests,
      interval,
      timeout,
      start_period: startPeriod,
      // The provider's word for none; Compose asks for a newer engine wherever it is said.
      start_interval: startInterval === "0s" ? undefined : startInterval,
      retries,
    }),
  }),
  hostname: as("hostname"),
  hosts: (list) => ({ extra_hosts: list.map(({ host, ip }) => `${host}:${ip}`) }),
  // Never from a registry: it was built on the host.
  image: (image, { images }) => ({ image: images.get(image) ?? image, pull_policy: "never" }),
  init: as("init"),
  ipcMode: as("ipc"),
  labels: (list) => {
    const others = list.filter(({ label }) => !label.startsWith(`${labelPrefix}.`));
    return { labels: Object.fromEntries(others.map(({ label, value }) => [label, value])) };
  },
  logDriver: (driver, _, { logOpts }) => ({ logging: set({ driver, options: logOpts }) }),
  // With the driver.
  logOpts: ofProvider,
  logs: ofProvider,
  maxRetryCount: ofProvider,
  memory: mebibytes("mem_limit"),
  memoryReservation: mebibytes("mem_reservation"),
  memorySwap: mebibytes("memswap_limit"),
  mounts: undefined,
  mustRun: ofProvider,
  name: as("container_name"),
  networkMode: (mode, _, { networksAdvanced = [] }) => (networksAdvanced.length > 0 ? {} : { network_mode: mode }),
  networksAdvanced: (list, { networks }) => ({
    networks: Object.fromEntries(
      list.map(({ name, aliases, ipv4Address, ipv6Address }) => [
        reference(networks, name, "network"),
        set({ aliases, ipv4_address: ipv4Address, ipv6_address: ipv6Address }),
      ]),
    ),
  }),
  pidMode: as("pid"),
  platform: as("platform"),
  ports: (list) => ({
    ports: list.map(({ internal, external, ip, protocol }) =>
      set({ target: internal, published: external && String(external), host_ip: ip, protocol }),
    ),
  }),
  privileged: as("privileged"),
  publishAllPorts: undefined,
  readOnly: as("read_only"),
  removeVolumes: ofProvider,
  restart: (policy, _, { maxRetryCount }) => ({ restart: maxRetryCount ? `${policy}:${maxRetryCount}` : policy }),
  rm: ofProvider,
  runtime: as("runtime"),
  securityOpts: as("security_opt"),
  shmSize: mebibytes("shm_size"),
  start: ofProvider,
  stdinOpen: as("stdin_open"),
  stopSignal: as("stop_signal"),
  stopTimeout: (seconds) => ({ stop_grace_period: `${seconds}s` }),
  storageOpts: as("storage_opt"),
  sysctls: as("sysctls"),
  tmpfs: (mounts) => ({
    tmpfs: Object.entries(mounts).map(([path, options]) => (options === "" ? path : `${path}:${options}`)),
  }),
  tty: as("tty"),
  ulimits: (list) => ({ ulimits: Object.fromEntries(list.map(({ name, soft, hard }) => [name, { soft, hard }])) }),
  // Their content is apart: see `renderCompose`.
  uploads: (list) => ({
    configs: list.map(({ file, permissions = "0444" }) => ({
      source: configName(file),
      target: file,
      ...(permissions === "0444" ? {} : { mode: parseInt(permissions, 8) }),
    })),
  }),
  user: as("user"),
  usernsMode: as("userns_mode"),
  volumes: (list, { volumes }) => ({
    volumes: list.map(({ volumeName, hostPath, containerPath, readOnly }) =>
      set({
        type: hostPath === undefined ? "volume" : "bind",
        source: hostPath ?? reference(volumes, volumeName, "volume"),
        target: containerPath,
        read_only: readOnly || undefined,
      }),
    ),
  }),
  wait: ofProvider,
  waitTimeout: ofProvider,
  workingDir: as("working_dir"),
};

/** Name of the configuration in a Compose file that carries an uploaded file. */
export const configName = (file: string): string => file.split("/").slice(-2).join(".");

/**
 * A container as a service of a Compose file.
 *
 * @throws ComposeError for an input that a Compose file can't say: never is one left out unseen.
 */
export function composeService(inputs: ContainerInputs, references: References): Part {
  const unknown = Object.entries(inputs).filter(
    ([key, value]) =>
      key !== "__defaults" && !isUnset(value) && translations[key as keyof ContainerInputs] === undefined,
  );
  if (unknown.length > 0) {
    const names = unknown.map(([key]) => `\`${key}\``).join(", ");
    throw new ComposeError(
      `container ${inputs.name} has ${names}, which can't be said in a Compose file: take it out of the program's transform`,
    );
  }
  const parts = Object.entries(translations).map(([key, translate]) => {
    const value = inputs[key as keyof ContainerInputs];
    return isUnset(value) ? {} : (translate as NonNullable<Translation<unknown>>)(value, references, inputs);
  });
  return set(Object.assign({}, ...parts) as Part);
}

/** What an engine does anyway. Official states have some of these where nothing was said. */
function isUnset(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === false ||
    value === "" ||
    (Array.isArray(value) && value.length === 0)
  );
}

/** An object without the keys that have no value. */
function set(part: Part): Part {
  return Object.fromEntries(
    Object.entries(part).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0) && !isEmptyObject(value),
    ),
  );
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

function reference(known: ReadonlyMap<string, string>, name: string | undefined, what: string): string {
  const found = known.get(String(name));
  if (found === undefined) {
    throw new ComposeError(`the ${what} ${name} is not the tenant's own, so the Compose file can't have it`);
  }
  return found;
}
