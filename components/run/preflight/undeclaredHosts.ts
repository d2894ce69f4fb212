import { type ConfigProblem, showValue } from "../../../fleet/errors";
import { formatPath, removeCommand, setCommand } from "../../../fleet/paths";
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

/** Tenants that the declaration left out although no last backup of them was proven: their data would be removed. */
export function findUnprovenTenants(fleet: Fleet, state: StackState): ConfigProblem[] {
  return [...state.tenants].flatMap(([host, names]) =>
    [...names]
      .sort()
      .filter(
        (name) => fleet.hosts[host] !== undefined && fleet.tenants[name] === undefined && !state.lastBackups.has(name),
      )
      .map((name) => {
        const path = ["tenants", name];
        return {
          path: formatPath(path),
          value: showValue(undefined),
          expected: `tenant ${name} to be declared, or decommissioned first, which makes a last backup of it and proves it; it has data on host ${host}`,
          wayOut:
            `put it back with state: decommissioned (${setCommand([...path, "state"], "decommissioned")}), run pulumi up, then ` +
            "remove it; where its containers are gone already, put it back with state: running first, and run pulumi up",
        };
      }),
  );
}

/**
 * Copies that are declared as not filled yet although the stack has the tenant: a customer's own that is to become a copy, or a copy
 * of which `restored` was taken out. Both would be removed.
 */
export function findClaimedTenants(fleet: Fleet, state: StackState): ConfigProblem[] {
  const known = new Set([...state.tenants.values()].flatMap((names) => [...names]));
  return Object.values(fleet.tenants)
    .filter((tenant) => tenant.state === "unfilled" && known.has(tenant.name))
    .map(({ name, copyOf }) => {
      const copied = state.data.get(name)?.copyOf;
      const path = ["tenants", name, copied === undefined ? "copyOf" : "restored"];
      return {
        path: formatPath(path),
        value: showValue(copied === undefined ? copyOf : undefined),
        expected:
          copied === undefined
            ? `a tenant that was never brought up: ${name} has data of its own, which a copy would take the place of`
            : "the number that make copy wrote: the copy has data",
        wayOut: copied === undefined ? `${removeCommand(path)}, and declare another tenant` : "put it back",
      };
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
