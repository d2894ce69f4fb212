/** The properties of `docker.Container`, with the behaviour that the official plugin gives them. */
import { between, bool, Fields, int, list, map, matches, object, oneOf, set, string } from "../framework/schema";
import { objects } from "../framework/resource";
import { canonical, isObject, Properties, PropertyValue } from "../framework/values";

const forceNew = true;
const duration = matches(/^(0|(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/, "a duration such as 30s, 1m30s or 500ms");

/** A label of a container, volume or network. */
export const label = object({ label: string({ required: true }), value: string({ required: true }) });

/** Empty means what the image says. */
const emptyIsSame = (before: PropertyValue, after: PropertyValue): boolean => after === "" || before === after;

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

const notYet = { refused: "it isn't needed yet; install the official plugin" };

const upload = object({
  file: string({ required: true }),
  content: string(),
  contentBase64: string({ check: matches(/^[A-Za-z0-9+/\s]*={0,2}\s*$/, "base64") }),
  source: string(),
  sourceHash: string(),
  executable: bool({ default: false }),
  permissions: string({ check: matches(/^0[0-7]{3}$/, "an octal mode such as 0640") }),
  owner: string(),
  group: string(),
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
    tests: list(string(), { required: true }),
    interval: string({ default: "0s", check: duration }),
    timeout: string({ default: "0s", check: duration }),
    startPeriod: string({ default: "0s", check: duration }),
    startInterval: string({ default: "0s", check: duration }),
    retries: int({ default: 0, check: between(0) }),
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
  user: string({ forceNew, same: emptyIsSame }),
  workingDir: string({ forceNew, same: emptyIsSame }),
  tty: bool({ forceNew, default: false }),
  stdinOpen: bool({ forceNew, default: false }),
  stopSignal: string({ forceNew, computed: true }),
  stopTimeout: int({ forceNew, computed: true }),
  // The official plugin records a changed healthcheck, tmpfs or init, but leaves the container as it is.
  healthcheck,
};

/** Inputs that decide what the provider does with it. */
const lifecycle: Fields = {
  attach: bool({ default: false }),
  logs: bool({ default: false }),
  start: bool({ default: true }),
  mustRun: bool({ default: true }),
  wait: bool({ default: false }),
  waitTimeout: int({ default: 60, check: between(1) }),
  rm: bool({ default: false }),
  removeVolumes: bool({ default: true }),
  destroyGraceSeconds: int({ check: between(0) }),
  restart: string({ default: "no", check: oneOf("no", "on-failure", "always", "unless-stopped") }),
  maxRetryCount: int(),
  containerReadRefreshTimeoutMilliseconds: int({ default: 15000 }),
  init: bool({ computed: true }),
};

/** Limits and privileges. */
const isolation: Fields = {
  memory: int({ check: between(0) }),
  memorySwap: int({ check: between(-1) }),
  memoryReservation: int({ check: between(0) }),
  cpus: string({ forceNew, check: matches(/^\d+(\.\d+)?$/, "a number of CPUs such as 1.5") }),
  cpuShares: int({ check: between(0) }),
  cpuSet: string({ check: matches(/^\d+([,-]\d+)*$/, "a list of CPUs such as 0-1 or 0,2") }),
  cpuPeriod: int({ check: between(0) }),
  cpuQuota: int({ check: between(0) }),
  shmSize: int({ forceNew, computed: true, check: between(0) }),
  readOnly: bool({ forceNew, default: false }),
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
  cgroupnsMode: string({ forceNew, check: oneOf("private", "host") }),
  cgroupParent: string({ forceNew }),
  runtime: string({ forceNew, computed: true }),
  storageOpts: map({ forceNew }),
  devices: set(object({ hostPath: string({ required: true }), containerPath: string(), permissions: string() }), {
    forceNew,
  }),
  deviceCgroupRules: set(string(), notYet),
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
      internal: int({ required: true, check: between(0, 65535) }),
      external: int({ computed: true, check: between(0, 65535) }),
      ip: string({ default: "0.0.0.0" }),
      protocol: string({ default: "tcp", check: oneOf("tcp", "udp", "sctp") }),
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
  logOpts: map({ forceNew }),
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

/** What is wrong with a container's inputs beyond single properties. Unknown parts are taken as right. */
export function validateContainer(inputs: Properties): { property: string; reason: string }[] {
  const problems: { property: string; reason: string }[] = [];
  objects(inputs["uploads"]).forEach((item, index) => {
    if (!isObject(item)) return;
    const given = ["content", "contentBase64", "source"].filter(
      (name) => item[name] !== undefined && item[name] !== "",
    );
    if (given.length === 1) return;
    const found = given.length === 0 ? "none is" : `${given.join(" and ")} are`;
    const reason = `exactly one of \`content\`, \`contentBase64\` and \`source\` must be set in uploads[${index}]; ${found}`;
    problems.push({ property: `uploads[${index}]`, reason });
  });
  if (Array.isArray(inputs["command"]) && inputs["command"].includes("")) {
    problems.push({ property: "command", reason: "values for command may not be empty" });
  }
  return problems;
}
