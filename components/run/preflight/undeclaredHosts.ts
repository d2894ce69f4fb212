import { type ConfigProblem, showValue } from "../../../fleet/errors";
import { formatPath, setCommand } from "../../../fleet/paths";
import type { Fleet } from "../../../fleet/types";
import type { StackScope, StackState } from "../stackState";

/** Hosts that the declaration left out while the stack still has tenants on them. */
export function findUndeclaredHosts(fleet: Fleet, state: StackState): ConfigProblem[] {
  return [...state.tenants].flatMap(([host, names]) => {
    const left = [...names].sort().filter((tenant) => fleet.tenants[tenant] === undefined);
    return fleet.hosts[host] !== undefined || left.length === 0
      ? []
      : [
          {
            path: formatPath(["hosts", host]),
            value: showValue(undefined),
            expected: `a declared host while it has tenants: ${left.join(", ")}`,
            wayOut:
              "put the host and its tenants back; decommission each tenant (state: decommissioned, pulumi up, remove it, " +
              "pulumi up); then remove the host",
          },
        ];
  });
}

/** Tenants that are declared on another host than the one that the stack has their data on. */
export function findMovedTenants(fleet: Fleet, { state, isWhole }: StackScope): ConfigProblem[] {
  return [...state.tenants].flatMap(([host, names]) =>
    [...names].sort().flatMap((tenant): ConfigProblem[] => {
      const now = fleet.tenants[tenant]?.host;
      if (now === undefined || now === host) {
        return [];
      }
      const path = ["tenants", tenant, "host"];
      const move = isWhole
        ? `make move TENANT=${tenant} HOST=${now}`
        : `declare a new tenant on host ${now} and restore a dump into it (docs/operations.md, A database from another system)`;
      return [
        {
          path: formatPath(path),
          value: showValue(now),
          expected: `${host}, where the tenant's data is; on another host it would start with an empty database`,
          wayOut: `put it back: ${setCommand(path, host)}; to move it with its data: ${move}`,
        },
      ];
    }),
  );
}
