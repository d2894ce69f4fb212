/** The engine's events, as far as the summary reads them: what `pulumi preview --json` streams, one JSON object a line. */
export interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  readonly policyEvent?: PolicyEvent;
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string; readonly urn?: string };
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>>; readonly result?: string };
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
