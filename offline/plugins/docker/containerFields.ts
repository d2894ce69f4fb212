/** The properties of `docker.Container`, with the behaviour that the official plugin gives them. */
import {
  between,
  bool,
  Fields,
  int,
  list,
  looseMap,
  map,
  matches,
  object,
  oneOf,
  set,
  string,
} from "../framework/schema";
import { objects } from "../framework/resource";
import { canonical, Properties, PropertyValue } from "../framework/values";

const forceNew = true;
const duration = matches(/^(0|(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/, "a duration such as 30s, 1m30s or 500ms");

/** A label of a container, volume or network. */
export const label = object({ label: string({ required: true }), value: string({ required: true }) });

/** A port's identity and, where it was asked for, its address on the host. */
function portKey(port: Properties, like: Properties): string {
  const external = Number(like["external"] ?? 0) === 0 ? 0 : port["external"];
  return canonical([
    port["internal"],
    port["protocol"] ?? "tcp",
    port["ip"] || "0.0.0.0",
    external ?? 0,
  ] as PropertyValue[]);
}

/** Ports are compared by what they publish: the engine lists them in an order of its own. */
function samePorts(before: PropertyValue, after: PropertyValue): boolean {
  const olds = objects(before);
  const news = objects(after);
  return (
    olds.length === news.length && news.every((port) => olds.some((old) => portKey(old, port) === portKey(port, port)))
  );
}

/** Twenty minutes in nanoseconds: the official plugin's timeouts, which it has in its states. */
export const timeouts = { create: 1.2e12, delete: 1.2e12, update: 1.2e12 };

const notYet = { refused: "it isn't needed yet; install the official plugin" };

const upload = object({
  file: string({ required: true }),
  content: string(),
  contentBase64: string({ check: matches(/^[A-Za-z0-9+/\s]*={0,2}\s*$/, "base64") }),
  source: string(),
  sourceHash: string(),
  executable: bool({ stateDefault: false }),
  permissions: string({ check: matches(/^0[0-7]{3}$/, "an octal mode such as 0640") }),
  owner: string({ newer: true }),
  group: string({ newer: true }),
});

const mount = object({
  target: string({ required: true }),
  type: string({ required: true, check: oneOf("bind", "volume", "tmpfs") }),
  source: string(),
  readOnly: bool(),
  bindOptions: object({
    propagation: string({ check: oneOf("private", "rprivate", "shared", "rshared", "slave", "rslave") }),
  }),
  volumeOptions: object({
    noCopy: bool(),
    labels: set(label),
    driverName: string(),
    driverOptions: map(),
    subpath: string(),
  }),
  tmpfsOptions: object({ sizeBytes: int(), mode: int() }),
});

const network = object({
  name: string({ required: true }),
  aliases: set(string()),
  ipv4Address: string(),
  ipv6Address: string(),
  macAddress: string(),
  linkLocalIps: set(string()),
  driverOpts: set(string()),
  gwPriority: int(),
});

const healthcheck = object(
  {
    tests: list(string()),
    interval: string({ default: "0s", check: duration }),
    timeout: string({ default: "0s", check: duration }),
    startPeriod: string({ default: "0s", check: duration }),
    startInterval: string({ default: "0s", check: duration }),
    retries: int({ check: between(0) }),
  },
  { computed: true },
);

/** Inputs that decide what the container is. */
const identity: Fields = {
  name: string({ forceNew, autoName: true, required: true }),
  image: string({ forceNew, required: true }),
  platform: string({ forceNew, computed: true }),
  command: list(string(), { forceNew, computed: true }),
  entrypoints: list(string(), { forceNew, computed: true }),
  envs: set(string(), { forceNew, computed: true }),
  labels: set(label, { forceNew, computed: true }),
  hostname: string({ forceNew, computed: true }),
  domainname: string({ forceNew }),
  user: string({ forceNew, emptyKeeps: true }),
  workingDir: string({ forceNew, emptyKeeps: true }),
  tty: bool({ forceNew, stateDefault: false }),
  stdinOpen: bool({ forceNew, stateDefault: false }),
  stopSignal: string({ forceNew, computed: true }),
  stopTimeout: int({ forceNew, computed: true }),
  // The official plugin records a changed healthcheck, tmpfs or init, but leaves the container as it is.
  healthcheck,
};

/** Inputs that decide what the provider does with it. */
const lifecycle: Fields = {
  attach: bool({ stateDefault: false }),
  logs: bool({ stateDefault: false }),
  start: bool({ default: true }),
  mustRun: bool({ default: true }),
  wait: bool({ stateDefault: false }),
  waitTimeout: int({ default: 60 }),
  rm: bool({ stateDefault: false }),
  removeVolumes: bool({ default: true }),
  destroyGraceSeconds: int(),
  restart: string({ default: "no", check: oneOf("no", "on-failure", "always", "unless-stopped") }),
  maxRetryCount: int(),
  containerReadRefreshTimeoutMilliseconds: int({ default: 15000 }),
  init: bool({ computed: true }),
};

/** Limits and privileges. */
const isolation: Fields = {
  memory: int({ check: between(0) }),
  memorySwap: int({ check: between(-1) }),
  memoryReservation: int({ stateDefault: 0, check: between(0) }),
  cpus: string({ forceNew }),
  cpuShares: int({ check: between(0) }),
  cpuSet: string({ check: matches(/^\d+([,-]\d+)*$/, "a list of CPUs such as 0-1 or 0,2") }),
  cpuPeriod: int({ check: between(0) }),
  cpuQuota: int({ check: between(0) }),
  shmSize: int({ forceNew, computed: true, check: between(0) }),
  readOnly: bool({ forceNew, stateDefault: false }),
  privileged: bool({ forceNew }),
  capabilities: object({ adds: set(string()), drops: set(string()) }, { forceNew }),
  securityOpts: set(string(), { forceNew, computed: true }),
  groupAdds: set(string(), { forceNew }),
  ulimits: set(
    object({ name: string({ required: true }), soft: int({ required: true }), hard: int({ required: true }) }),
    { forceNew },
  ),
  sysctls: map({ forceNew }),
  ipcMode: string({ forceNew, computed: true }),
  pidMode: string({ forceNew }),
  usernsMode: string({ forceNew }),
  cgroupnsMode: string({ forceNew }),
  cgroupParent: string({ forceNew }),
  runtime: string({ forceNew, computed: true }),
  storageOpts: map({ forceNew }),
  devices: set(object({ hostPath: string({ required: true }), containerPath: string(), permissions: string() }), {
    forceNew,
  }),
  deviceCgroupRules: set(string(), { ...notYet, newer: true }),
  deviceReadBps: set(object({}), notYet),
  deviceReadIops: set(object({}), notYet),
  deviceWriteBps: set(object({}), notYet),
  deviceWriteIops: set(object({}), notYet),
  deviceRequests: set(object({}), notYet),
  gpus: string(notYet),
};

/** Files, networks and logs. */
const surroundings: Fields = {
  volumes: set(
    object({
      containerPath: string(),
      volumeName: string(),
      hostPath: string({ check: matches(/^([a-zA-Z]:[\\/]|\/)/, "an absolute path") }),
      fromContainer: string(),
      readOnly: bool(),
      selinuxRelabel: string({ check: oneOf("z", "Z") }),
    }),
    { forceNew },
  ),
  mounts: set(mount, { forceNew }),
  tmpfs: map(),
  uploads: set(upload, { forceNew }),
  ports: list(
    object({
      internal: int({ required: true }),
      external: int({ computed: true }),
      ip: string({ default: "0.0.0.0" }),
      protocol: string({ default: "tcp" }),
    }),
    { forceNew, same: samePorts },
  ),
  publishAllPorts: bool({ forceNew }),
  networkMode: string({ forceNew, default: "bridge" }),
  networksAdvanced: set(network, { forceNew }),
  hosts: set(object({ host: string({ required: true }), ip: string({ required: true }) }), { forceNew }),
  dns: set(string(), { forceNew }),
  dnsOpts: set(string(), { forceNew }),
  dnsSearches: set(string(), { forceNew }),
  logDriver: string({ forceNew, computed: true }),
  logOpts: looseMap({ forceNew }),
};

/** What only the engine knows. */
const outputs: Fields = {
  bridge: string({ output: true }),
  containerLogs: string({ output: true }),
  exitCode: int({ output: true }),
  networkDatas: list(object({}), { output: true }),
};

/** All properties of `docker:index/container:Container`. */
export const containerFields: Fields = { ...identity, ...lifecycle, ...isolation, ...surroundings, ...outputs };
