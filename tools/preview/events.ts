/**
 * The engine's events, as far as they are read here, one JSON object a line: what `pulumi preview --json` streams, and what
 * `pulumi up --event-log` writes.
 */
export interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  /** A step has ended well. */
  readonly resOutputsEvent?: { readonly metadata: StepMetadata };
  readonly resOpFailedEvent?: { readonly metadata: StepMetadata };
  readonly policyEvent?: PolicyEvent;
  readonly diagnosticEvent?: Diagnostic;
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>>; readonly result?: string };
}

/** What a resource, a provider or the engine says. */
export interface Diagnostic {
  /** `debug`, `info`, `info#err`, `warning` or `error`. */
  readonly severity: string;
  readonly message: string;
  readonly urn?: string;
  /** Shown while it lasts, not kept. */
  readonly ephemeral?: boolean;
}

/** One step of the plan. */
export interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly old?: ResourceState | null;
  readonly new?: ResourceState | null;
  /** Properties that force a replacement. */
  readonly keys?: readonly string[] | null;
  readonly diffs?: readonly string[] | null;
  readonly detailedDiff?: Readonly<Record<string, { readonly diffKind?: string; readonly kind?: string }>> | null;
}

export interface ResourceState {
  readonly parent?: string;
  readonly custom?: boolean;
  /** What is declared; secrets are in it, so no value of it may be shown. */
  readonly inputs?: Readonly<Record<string, unknown>> | null;
  /** What the provider keeps of it; secrets are in it, too. */
  readonly outputs?: Readonly<Record<string, unknown>> | null;
}

export interface PolicyEvent {
  readonly resourceUrn?: string;
  readonly message: string;
  readonly policyName: string;
  readonly policyPackName: string;
  readonly policyPackVersion?: string;
  readonly enforcementLevel: string;
}

/** Reads the stream; lines that are no event (a plugin's own output) are left out. */
export function parseEvents(text: string): EngineEvent[] {
  return text.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) {
      return [];
    }
    try {
      return [JSON.parse(line) as EngineEvent];
    } catch {
      return [];
    }
  });
}
