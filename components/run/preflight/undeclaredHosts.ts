import { type ConfigProblem, showValue } from "../../../fleet/errors";
import { formatPath, setCommand } from "../../../fleet/paths";
import type { Fleet } from "../../../fleet/types";
import type { StackState } from "../stackState";

/** Hosts and tenants that the declaration left, or moved, while there is still something of theirs in the stack. */
export function findUndeclaredHosts(fleet: Fleet, state: StackState): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [host, names] of state.tenants) {
    const tenants = [...names].sort();
    for (const tenant of tenants) {
      const now = fleet.tenants[tenant]?.host;
      if (now !== undefined && now !== host) {
        const path = ["tenants", tenant, "host"];
        problems.push({
          path: formatPath(path),
          value: showValue(now),
          expected: `${host}, where the tenant's data is: it would start with an empty database`,
          wayOut: `put it back: ${setCommand(path, host)}; make move TENANT=${tenant} HOST=${now} moves it with its data`,
        });
      }
    }
    const left = tenants.filter((tenant) => fleet.tenants[tenant] === undefined);
    if (fleet.hosts[host] === undefined && left.length > 0) {
      problems.push({
        path: formatPath(["hosts", host]),
        value: showValue(undefined),
        expected: `a declared host, as long as it has tenants: ${left.join(", ")}`,
        wayOut:
          "put the host and its tenants back, then decommission each (state: decommissioned, pulumi up, take it out, " +
          "pulumi up); after that, take the host out",
      });
    }
  }
  return problems;
}
