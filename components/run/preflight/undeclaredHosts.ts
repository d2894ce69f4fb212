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
          expected: `${host}, where the tenant's data is; on another host it would start with an empty database`,
          wayOut: `put it back: ${setCommand(path, host)}; to move it with its data: make move TENANT=${tenant} HOST=${now}`,
        });
      }
    }
    const left = tenants.filter((tenant) => fleet.tenants[tenant] === undefined);
    if (fleet.hosts[host] === undefined && left.length > 0) {
      problems.push({
        path: formatPath(["hosts", host]),
        value: showValue(undefined),
        expected: `a declared host while it has tenants: ${left.join(", ")}`,
        wayOut:
          "put the host and its tenants back; decommission each tenant (state: decommissioned, pulumi up, remove it, " +
          "pulumi up); then remove the host",
      });
    }
  }
  return problems;
}
