import type { Fleet } from "../../fleet/types";
import type { ProcessOf } from "../processes";
import type { StackCommands } from "../move/stack";
import type { ContainerRecord } from "./container";
import type { UpdatePlan } from "./plan";

/** An update can't go on; the message says why, in what state everything is, and the way out. */
export class UpdateError extends Error {
  override readonly name = "UpdateError";
}

/**
 * How far an update has come. `rehearsing`: the tenant serves, and only a copy of it is changed. `changing`: its Odoo is stopped, and
 * whatever interrupts this is taken back. `switching`: its database is changed and proven, and its containers are to follow.
 */
export type UpdateStep = "rehearsing" | "changing" | "switching";

/** An update that has begun. */
export interface UpdateRecord {
  readonly step: UpdateStep;
  readonly host: string;
  readonly plan: UpdatePlan;
  /** Id of the stack, of which new volumes are made. */
  readonly stackId: string;
  /** Odoo's container as it was. */
  readonly odoo: ContainerRecord;
  /** The others that an update replaces, as they were, in the order of their start. Default: none. */
  readonly beside?: readonly ContainerRecord[];
  /** Number of the tenant's volumes when it began. Default: what is declared. */
  readonly generation?: number;
  /** Image that the restore point's files are handled by: the one that ran. */
  readonly image: string;
  /** Who works on it: a machine's name and a process. */
  readonly by: ProcessOf;
}

/** What updates work with. */
export interface UpdateTools {
  readonly environment: string;
  /** Folder of the notes of updates. */
  readonly updates: string;
  /** Folder of the notes of restores. */
  readonly restores: string;
  /** What is declared now. */
  readonly fleet: () => Fleet;
  readonly stack: StackCommands;
}
