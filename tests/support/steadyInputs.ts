import { formatDuration, parseDuration } from "../../offline/plugins/docker/duration";

/** What the official Docker provider reads back in a spelling of its own. `tests/offline/plugins/official` has the cases. */
interface ContainerInputs {
  readonly cpus?: unknown;
  readonly memory?: number;
  readonly memorySwap?: number;
  readonly capabilities?: { readonly adds?: readonly string[]; readonly drops?: readonly string[] };
  readonly healthcheck?: Readonly<Record<string, unknown>>;
}

const durations = ["interval", "timeout", "startPeriod", "startInterval"];

/** The inputs of a container that the official provider would replace it for at each refresh, or run, with what was given. */
export function unsteadyInputs(inputs: Record<string, unknown>): string[] {
  const { cpus, memory, memorySwap, capabilities, healthcheck } = inputs as ContainerInputs;
  const names = [...(capabilities?.adds ?? []), ...(capabilities?.drops ?? [])];
  return [
    ...(cpus === undefined ? [] : ["cpus: cpuPeriod and cpuQuota say the same, and are read back as they are"]),
    ...(memory !== undefined && memorySwap === undefined ? ["memorySwap: the engine makes it twice the memory"] : []),
    ...names
      .filter((name) => name !== "ALL" && !name.startsWith("CAP_"))
      .map((name) => `capability ${name}: read back as CAP_${name}`),
    ...durations
      .map((name) => healthcheck?.[name])
      .filter((value): value is string => typeof value === "string")
      .filter((value) => formatDuration(parseDuration(value)) !== value)
      .map((value) => `duration ${value}: read back as ${formatDuration(parseDuration(value))}`),
  ];
}
