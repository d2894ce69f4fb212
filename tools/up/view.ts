import { sayAndFail } from "../../components/run/sayAndFail";
import { nameOf, operations, operationWords, stateOf } from "../preview/changes";
import type { Diagnostic, EngineEvent, StepMetadata } from "../preview/events";
import { type Subject, subjectOf } from "./subject";

/** Where the view goes. */
export interface Screen {
  /** A line that stays. */
  print(line: string): void;
  /** The line that changes, where the terminal can; empty: none. */
  status(line: string): void;
}

interface Step {
  readonly subject: Subject;
  readonly started: number;
  readonly op: string;
}

/** What a step did, in words; `create` says what is true now. */
const verbs: Readonly<Record<string, string>> = {
  update: "changed in place",
  replace: "replaced",
  "create-replacement": "replaced",
  delete: "removed",
};

/** What was done to resources, in the order in which it is counted. */
const outcomes = { ...operationWords, same: "unchanged" };

/** Steps that change nothing, and those that a later step of the same replacement reports. */
const silent = ["same", "read", "refresh", "replace", "delete-replaced", "discard-replaced"];

/** Columns of a line: whose, what. */
const widths = [20, 34] as const;

/** How many of those waited for a status names. */
const named = 3;

/**
 * A run of Pulumi as a person follows it: a line for each container, image and bootstrap that is through, what is waited
 * for meanwhile, then counts. What a run printed goes to its log.
 */
export class RunView {
  private readonly waiting = new Map<string, Step>();
  private readonly details = new Map<string, string>();
  private ended = 0;
  /** What was done, by URN; components are left out, as in the preview. */
  private readonly done = new Map<string, keyof typeof outcomes>();
  private printedAt: number;
  /** Messages that were shown already; the engine repeats some. */
  private readonly said = new Set<string>();
  /** Resources that were there to say something and fail, by URN: what they said is all that there is to say of them. */
  private readonly ownMessages = new Set<string>();

  /** @param now milliseconds since any moment. */
  constructor(
    private readonly screen: Screen,
    private readonly now: () => number,
  ) {
    this.printedAt = now();
  }

  handle(event: EngineEvent): void {
    if (event.resourcePreEvent) {
      this.begin(event.resourcePreEvent.metadata);
    } else if (event.resOutputsEvent) {
      this.end(event.resOutputsEvent.metadata);
    } else if (event.resOpFailedEvent) {
      this.fail(event.resOpFailedEvent.metadata);
    } else if (event.diagnosticEvent) {
      this.tell(event.diagnosticEvent);
    } else if (event.policyEvent?.enforcementLevel === "mandatory") {
      const { policyName, message, resourceUrn } = event.policyEvent;
      this.print(
        `  policy violation ${policyName}${resourceUrn ? ` (${nameOf(resourceUrn)})` : ""}: ${message.trim()}`,
      );
    }
    this.refresh();
  }

  /** Shows the time that passes. @param quiet milliseconds without a line after which one says what is waited for; for a screen that keeps every line. */
  tick(quiet?: number): void {
    if (quiet !== undefined && this.now() - this.printedAt >= quiet) {
      const line = this.statusLine();
      if (line !== "") {
        this.print(line);
      }
    }
    this.refresh();
  }

  /** The last line: what changed. @param seconds of the whole run. */
  close(seconds: number): void {
    this.screen.status("");
    const all = [...this.done.values()];
    const counts = Object.entries(outcomes).flatMap(([outcome, word]) => {
      const count = all.filter((one) => one === outcome).length;
      return count > 0 ? [`${count} ${word}`] : [];
    });
    this.print(`  ${counts.length > 0 ? counts.join(", ") : "nothing was changed"}; ${duration(seconds * 1000)}`);
  }

  private begin(step: StepMetadata): void {
    const subject = subjectOf(step);
    if (subject !== undefined && !silent.includes(step.op)) {
      this.waiting.set(step.urn, { subject, started: this.now(), op: step.op });
    }
  }

  private end(step: StepMetadata): void {
    const { urn, op } = step;
    const outcome = op === "same" ? op : silent.includes(op) ? undefined : operations[op];
    if (outcome !== undefined && stateOf(step)?.custom === true) {
      this.done.set(urn, outcome);
    }
    if (!["same", "read", "refresh"].includes(op)) {
      this.ended += 1;
    }
    const waited = this.waiting.get(urn);
    if (waited === undefined || silent.includes(op)) {
      return;
    }
    this.waiting.delete(urn);
    const { owner, part, ready } = waited.subject;
    this.line(owner, `${part} ${verbs[op] ?? ready}`, waited.started);
  }

  private fail({ urn, type }: StepMetadata): void {
    const step = this.waiting.get(urn);
    this.waiting.delete(urn);
    if (this.ownMessages.has(urn)) {
      return;
    }
    const { owner, part } = step?.subject ?? { owner: nameOf(urn), part: type };
    this.line(owner, `${part} FAILED`, step?.started ?? this.now());
  }

  private tell({ severity, message, urn = "", ephemeral }: Diagnostic): void {
    const text = message.trim();
    if (severity === "info" || ephemeral === true) {
      this.details.set(urn, text);
    } else if ((severity === "warning" || severity === "error") && !this.said.has(text) && !isNoise(text)) {
      this.said.add(text);
      const [own, message] = ownWords(text);
      if (own) {
        this.ownMessages.add(urn);
      }
      const name = own || urn === "" || urn.includes("::pulumi:pulumi:Stack::") ? "" : `${nameOf(urn)}: `;
      this.print(`${severity}: ${name}${message}`);
    }
  }

  private line(owner: string, what: string, started: number): void {
    // A longer one moves what follows it.
    const [first, second] = [owner, what].map((text, column) => `${text} `.padEnd(widths[column]!));
    this.print(`  ${first}${second}${duration(this.now() - started)}`);
  }

  private print(line: string): void {
    this.screen.status("");
    this.screen.print(line);
    this.printedAt = this.now();
  }

  private refresh(): void {
    this.screen.status(this.statusLine());
  }

  private statusLine(): string {
    const waited = [...this.waiting].map(([urn, { subject, started }]) => {
      const detail = this.details.get(urn) ?? this.detailOf(urn);
      return `${subject.owner} ${subject.part}${detail === undefined ? "" : ` (${detail})`} ${duration(this.now() - started)}`;
    });
    if (waited.length === 0) {
      return "";
    }
    const more = waited.length > named ? ` and ${waited.length - named} more` : "";
    return `  ... ${this.ended} done; waiting for ${waited.slice(0, named).join(", ")}${more}`;
  }

  /** A bootstrap's messages are shown with its component, whose name is the host's. */
  private detailOf(urn: string): string | undefined {
    const [component] = [...this.details].filter(
      ([other]) => other.includes("odoo-fleet:index:HostBootstrap::") && nameOf(urn) === `${nameOf(other)}-bootstrap`,
    );
    return component?.[1];
  }
}

/** The words of the program's own in an error, where a command was there to say and fail; and whether it was. */
function ownWords(text: string): [isOwn: boolean, text: string] {
  const before = `exit status 1: running ${JSON.stringify(sayAndFail)}:\n`;
  return text.startsWith(before) ? [true, text.slice(before.length)] : [false, text];
}

/** What the CLI says of itself at each start, for somebody who didn't choose where plugins come from. */
function isNoise(text: string): boolean {
  return /^using pulumi-\S+ from \$PATH at /.test(text) || text === "update failed" || text === "preview failed";
}

/** `0.3 s`, `12 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
