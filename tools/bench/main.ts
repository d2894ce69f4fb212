import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Cleanup } from "./cleanup";
import { endCommands } from "./commands";
import { type Figures, mergeFigures, reportTable, withFigures } from "./figures";
import { type Bench, createBench } from "./fixture";
import { describeMachine } from "./machine";
import { backups } from "./sections/backups";
import { bootstrap } from "./sections/bootstrap";
import { edge } from "./sections/edge";
import { gigabyte } from "./sections/gigabyte";
import { idle } from "./sections/idle";
import { inStackOf20 } from "./sections/inStackOf20";
import { monitoring } from "./sections/monitoring";
import { newcomer } from "./sections/newcomer";
import { newTenant } from "./sections/newTenant";
import { noopOf2, noopOf20 } from "./sections/noop";
import { offsite } from "./sections/offsite";
import { orders } from "./sections/orders";
import { ownStacks } from "./sections/ownStacks";
import { portal } from "./sections/portal";
import { preview } from "./sections/preview";
import { requests } from "./sections/requests";

const project = join(__dirname, "..", "..");

/**
 * The sections by name, in the order that they run in: those that need a quiet machine before the first fleet runs, and
 * idle memory before the load that would distort it.
 */
const sections: Readonly<Record<string, (bench: Bench) => Promise<Figures>>> = {
  bootstrap,
  orders,
  newTenant,
  "noop.2": noopOf2,
  idle,
  requests,
  "noop.20": noopOf20,
  inStackOf20,
  backups,
  gigabyte,
  offsite,
  ownStacks,
  newcomer,
  preview,
  portal,
  // Last: they replace containers of the fleets, and leave them as they were.
  edge,
  monitoring,
};

const usage = `Usage: tools/bench.sh [--docs] [SECTION ...]

Sections, all by default: ${Object.keys(sections).join(", ")}
Figures are merged into $BENCH_OUT (default build/bench.json). --docs also writes them into docs/performance.md.`;

async function main(chosen: readonly string[], docs: boolean): Promise<void> {
  const output = resolve(process.env["BENCH_OUT"] || join(project, "build", "bench.json"));
  mkdirSync(join(project, "build"), { recursive: true });
  const cleanup = new Cleanup();
  const folder = mkdtempSync(join(project, "build", "bench-"));
  cleanup.defer("the benchmark's state", () => rmSync(folder, { recursive: true, force: true }));
  stopOnSignals(cleanup);
  try {
    const machine = await describeMachine();
    console.log(machine);
    const bench = createBench(cleanup, folder);
    let figures: Figures = {};
    for (const name of Object.keys(sections).filter((one) => chosen.includes(one))) {
      figures = { ...figures, ...(await sections[name]!(bench)) };
      // After every section: a later one that fails loses nothing.
      write(output, figures, machine);
    }
    if (docs) {
      const document = join(project, "docs", "performance.md");
      writeFileSync(document, withFigures(readFileSync(document, "utf8"), readFileSync(output, "utf8")));
    }
    console.log(`\n${reportTable(figures)}\n\nFigures are in ${output}.`);
  } finally {
    await cleanup.run();
  }
}

function write(output: string, figures: Figures, machine: string): void {
  mkdirSync(dirname(output), { recursive: true });
  const previous = existsSync(output) ? readFileSync(output, "utf8") : undefined;
  writeFileSync(output, mergeFigures(previous, figures, machine));
}

/** Ctrl-C and `kill` end what runs, and then remove everything. */
function stopOnSignals(cleanup: Cleanup): void {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.once(signal, () => {
      console.error(`bench: ${signal}; removing everything that was made`);
      void endCommands()
        .then(() => cleanup.run())
        .finally(() => process.exit(code));
    });
  }
}

const options = process.argv.slice(2).filter((one) => one.startsWith("-"));
const chosen = process.argv.slice(2).filter((one) => !one.startsWith("-"));
const unknown = [
  ...options.filter((one) => !["--docs", "--help", "-h"].includes(one)),
  ...chosen.filter((name) => sections[name] === undefined),
];
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(", ")}\n\n${usage}`);
  process.exitCode = 2;
} else if (options.includes("--help") || options.includes("-h")) {
  console.log(usage);
} else {
  main(chosen.length > 0 ? chosen : Object.keys(sections), options.includes("--docs")).catch((error: Error) => {
    console.error(`bench: ${error.message}`);
    process.exitCode = 1;
  });
}
