import { type ConfigProblem, showValue } from "./errors";
import { type ActiveHours, desiredState, type Lifecycle, readActiveHours, zoneFault } from "./lifecycle";
import type { TenantLifecycle } from "./lifecycle/tenantLifecycle";
import { type ConfigPath, formatPath, removeCommand, setCommand } from "./paths";
import type { TenantConfig } from "./schema";

/** A time zone database that says which release it is, such as `2026c`. */
const ownRelease = process.versions["tz"];

/**
 * What a tenant's `lifecycle` means at a moment; undefined: it declares none, or is decommissioned, which nothing here changes.
 * Reports what the shape alone doesn't show.
 *
 * @param release the release of the time zone database that this process has.
 */
export function resolveLifecycle(
  name: string,
  { lifecycle: declared, state = "running" }: Partial<TenantConfig>,
  now: Date,
  problems: ConfigProblem[],
  release: string | undefined = ownRelease,
): TenantLifecycle | undefined {
  if (declared === undefined) {
    return undefined;
  }
  const path: ConfigPath = ["tenants", name, "lifecycle"];
  if (declared.holidays !== undefined && declared.activeHours === undefined) {
    problems.push({
      path: formatPath([...path, "holidays"]),
      value: showValue(declared.holidays),
      expected: "no value here without activeHours, whose exceptions they are",
      wayOut: `declare activeHours as well, or ${removeCommand([...path, "holidays"])}`,
    });
  }
  const activeHours = (declared.activeHours ?? []).flatMap(
    (text, index) => readHours(text, [...path, "activeHours", index], problems, release) ?? [],
  );
  if (state === "decommissioned" || activeHours.length < (declared.activeHours ?? []).length) {
    return undefined;
  }
  const { expiresAt, trial, awakeUntil, holidays = [] } = declared;
  const lifecycle: Lifecycle = {
    ...{ isSuspended: state === "suspended", expiresAt, trial, awakeUntil },
    ...{ activeHours, holidays },
  };
  return { lifecycle, now, desired: desiredState(lifecycle, now) };
}

/** Active hours that can be told; what can't is reported. */
export function readHours(
  text: string,
  path: ConfigPath,
  problems: ConfigProblem[],
  release: string | undefined = ownRelease,
): ActiveHours | undefined {
  const problem = (expected: string, wayOut: string): undefined => {
    problems.push({ path: formatPath(path), value: showValue(text), expected, wayOut });
  };
  const read = readActiveHours(text);
  if (read.kind === "emptyInterval") {
    return problem(
      `an end that isn't the start: ${read.interval} may mean nothing or a whole day, which is 00:00-24:00`,
      setCommand(path, text.replace(read.interval, "00:00-24:00")),
    );
  }
  if (read.kind === "malformed") {
    throw new Error(`${formatPath(path)}: the schema let "${text}" pass`);
  }
  const { zone } = read.hours;
  const fault = zoneFault(zone, release);
  switch (fault?.kind) {
    case undefined:
      return read.hours;
    case "unknown":
      return problem(
        `a time zone of the IANA database, such as Europe/Paris or UTC${fault.meant === undefined ? "" : `. Did you mean "${fault.meant}"?`}`,
        setCommand(path, text.replace(/\S+$/, fault.meant ?? "Europe/Paris")),
      );
    case "outdated":
      return problem(
        `a time zone whose rules this Node.js knows: those of ${zone} changed in ${fault.neededRelease}, and Node.js ${process.versions.node} has ` +
          `${release ?? "no time zone database"}, so that hours there would be wrong`,
        `run it by a newer Node.js (node -p process.versions.tz says ${fault.neededRelease} or later; 24.21 has 2026c), or write the hours in UTC`,
      );
  }
}
