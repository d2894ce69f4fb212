import { showValue } from "../../fleet/errors";
import { formatPath, setCommand } from "../../fleet/paths";
import type { Fleet } from "../../fleet/types";
import { RefusedError } from "./refusedError";
import type { StackState } from "./stackState";

/**
 * Refuses the layout `perTenant` where the environment's own stack has tenants: it would remove them.
 *
 * @throws RefusedError naming them.
 */
export function refuseLayout({ environment, layout }: Fleet, { tenants }: Pick<StackState, "tenants">): void {
  const held = [...tenants.values()].flatMap((names) => [...names]).sort();
  if (layout === "perTenant" && held.length > 0) {
    const path = ["layout"];
    throw new RefusedError(environment, [
      {
        path: formatPath(path),
        value: showValue(layout),
        expected: `single: the stack ${environment} has tenants, whose data no other stack takes over: ${held.join(", ")}`,
        wayOut: `put it back: ${setCommand(path, "single")}; and make own-stacks STACK=${environment} gives each of them a stack of its own, and declares perTenant itself (docs/operations.md, A stack for each tenant)`,
      },
    ]);
  }
}
