import type * as pulumi from "@pulumi/pulumi";
import type { FleetSecrets } from "../../fleet/monitoringSecrets";
import type { Fleet } from "../../fleet/types";
import type { LastBackup } from "../backup/lastBackup";
import type { Transforms } from "../container/transform";
import type { PreflightResult } from "../run/preflight";
import type { StackState } from "../run/stackState";

/** What a run of a fleet's stack goes by, on each host. */
export interface FleetRun {
  /** What this stack creates of the fleet. */
  readonly fleet: Fleet;
  /** All that is declared: with `layout: perTenant` tenants have stacks of their own. */
  readonly declared: Fleet;
  readonly secrets: FleetSecrets;
  readonly state: StackState;
  readonly checked: PreflightResult;
  /** Last backups of tenants that are decommissioned, by tenant. */
  readonly lastBackups: ReadonlyMap<string, LastBackup>;
  readonly stackId: pulumi.Output<string>;
  /** What tenants prove by that they are the fleet's; undefined without an edge. */
  readonly fleetSecret?: pulumi.Output<string>;
  readonly transform?: Transforms;
}
