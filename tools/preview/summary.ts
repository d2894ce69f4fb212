import type { HostEstimate } from "../../fleet/estimate";
import type { SuspendedByLifecycle } from "../../fleet/lifecycle/told";
import type { DueUpdate } from "../update/due";
import { type Change, changesOf, nameOf } from "./changes";
import type { EngineEvent } from "./events";
import { exitCodes } from "./exitCodes";

/** A rule that a resource breaks, or that couldn't be judged. */
export interface PolicyResult {
  readonly level: string;
  readonly rule: string;
  readonly pack: string;
  /** Name of the resource; undefined for a rule over the whole stack. */
  readonly resource?: string;
  readonly message: string;
}

/** What `make up` carries out before it applies the declaration. */
export interface AnnouncedUpdates {
  readonly due: readonly DueUpdate[];
  /** When their window is open next, by the clock of its zone; undefined: it is now. */
  readonly opens?: string;
}

/** What a reviewer reads; also written as JSON. */
export interface Summary {
  readonly stack: string;
  readonly exitCode: number;
  readonly changes: readonly Change[];
  readonly policies: readonly PolicyResult[];
  /** Whether a policy pack ran at all. */
  readonly policyPack: boolean;
  readonly hosts: readonly HostEstimate[];
  /** Tenants that don't run by their own times, as they are now. */
  readonly suspended: readonly SuspendedByLifecycle[];
  /** Tenants that `make up` updates first; undefined: it updates none by itself. */
  readonly updates?: AnnouncedUpdates;
  /** Customers' domains that shouldn't be served any more, a line each; undefined: they weren't looked for. */
  readonly lostDomains?: readonly string[];
  /** The engine's errors, when the preview failed. */
  readonly errors: readonly string[];
  /** The stacks that it is of; undefined: the environment is in one. */
  readonly stacks?: PreviewedStacks;
}

/** Stacks of an environment whose tenants have stacks of their own. */
export interface PreviewedStacks {
  /** Those that were previewed, with the exit code of each. */
  readonly previewed: Readonly<Record<string, number>>;
  /** Those that can be previewed only once the environment's own is up. */
  readonly later: readonly string[];
  /** Tenants whose declaration hasn't changed since their stack was brought up. */
  readonly unchanged: number;
}

export interface SummaryInput {
  readonly stack: string;
  readonly events: readonly EngineEvent[];
  /** The CLI's own exit code. */
  readonly code: number;
  readonly policyPack: boolean;
  /** Undefined when the configuration is refused. */
  readonly hosts?: readonly HostEstimate[];
  /** Undefined when the configuration is refused. */
  readonly suspended?: readonly SuspendedByLifecycle[];
  /** See `Summary`. */
  readonly updates?: AnnouncedUpdates;
  readonly lostDomains?: readonly string[];
}

/** Steps that change nothing. */
const idle = ["same", "read", "refresh"];

/** Puts the summary together: pure, so that it can be tested with recorded events. */
export function summarize({
  stack,
  events,
  code,
  policyPack,
  hosts = [],
  suspended = [],
  updates,
  lostDomains,
}: SummaryInput): Summary {
  const changes = changesOf(
    events,
    hosts.flatMap(({ tenants }) => tenants),
  );
  const policies = policiesOf(events);
  const counts = events.flatMap(({ summaryEvent }) => Object.entries(summaryEvent?.resourceChanges ?? {}));
  const isChanged = changes.length > 0 || counts.some(([op, count]) => count > 0 && !idle.includes(op));
  const isBroken = policies.some(({ level }) => level === "mandatory");
  const errors = isBroken || code === 0 ? [] : errorsOf(events);
  return {
    stack,
    exitCode: isBroken
      ? exitCodes.policyBroken
      : code !== 0
        ? exitCodes.failed
        : isChanged || (lostDomains ?? []).length > 0
          ? exitCodes.changes
          : exitCodes.nothingToDo,
    changes,
    policies,
    policyPack,
    hosts,
    suspended,
    updates,
    lostDomains,
    errors,
  };
}

function policiesOf(events: readonly EngineEvent[]): PolicyResult[] {
  const results = events.flatMap(({ policyEvent: event }) =>
    event === undefined
      ? []
      : [
          {
            level: event.enforcementLevel,
            rule: event.policyName,
            pack: `${event.policyPackName}${event.policyPackVersion ? ` ${event.policyPackVersion}` : ""}`,
            resource: event.resourceUrn ? nameOf(event.resourceUrn) : undefined,
            message: event.message.trim(),
          },
        ],
  );
  const rank = ({ level }: PolicyResult): number => (level === "mandatory" ? 0 : 1);
  return results.sort((a, b) => rank(a) - rank(b) || a.rule.localeCompare(b.rule));
}

function errorsOf(events: readonly EngineEvent[]): string[] {
  return events.flatMap(({ diagnosticEvent: event }) =>
    event !== undefined && event.severity === "error" ? [event.message.trim()] : [],
  );
}
