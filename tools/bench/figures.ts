import { rounded } from "./stats";

/** Measured values: a key with the unit as its last part (`newTenant.seconds`) -> number. */
export type Figures = Readonly<Record<string, number>>;

/** What a figure should reach. */
export interface Goal {
  readonly key: string;
  /** `most`: the figure should not be above the limit; `least`: not below it. */
  readonly kind: "most" | "least";
  readonly limit: number;
}

/** The goals of the project. They are shown with the figures and never asserted: a busy machine is no defect. */
export const goals: readonly Goal[] = [
  { key: "newTenant.ratio", kind: "most", limit: 0.4 },
  { key: "noop.20.ratio", kind: "most", limit: 3 },
  { key: "idle.smallest.MiB", kind: "most", limit: 140 },
  { key: "page.p50.ratio", kind: "most", limit: 1.1 },
  { key: "static.ratio", kind: "least", limit: 5 },
  { key: "preview.100.seconds", kind: "most", limit: 35 },
  { key: "preview.policy.ratio", kind: "most", limit: 1.3 },
  { key: "preview.growth20to100", kind: "most", limit: 5.5 },
  { key: "preview.ownStack.ratio", kind: "most", limit: 1.2 },
  { key: "bootstrap.rerun.seconds", kind: "most", limit: 15 },
  { key: "bootstrap.rerun3.ratio", kind: "most", limit: 1.5 },
  { key: "bootstrap.unchanged.seconds", kind: "most", limit: 1 },
  { key: "monitoring.20.MiB", kind: "most", limit: 400 },
  { key: "monitoring.seriesPerTenant", kind: "most", limit: 300 },
  { key: "monitoring.cadvisor.cpuPercent", kind: "most", limit: 3 },
  { key: "backup.idle.MiB", kind: "most", limit: 10 },
  { key: "backup.cpu.percent", kind: "most", limit: 3 },
  { key: "drill.GB.seconds", kind: "most", limit: 60 },
  { key: "restore.GB.seconds", kind: "most", limit: 60 },
  { key: "restore.ratio", kind: "most", limit: 0.5 },
  { key: "upgrade.postgres.GB.seconds", kind: "most", limit: 30 },
  { key: "copy.GB.seconds", kind: "most", limit: 60 },
  { key: "update.back.seconds", kind: "most", limit: 30 },
  { key: "backup.rpo.seconds", kind: "most", limit: 60 },
  { key: "perTenant.change1000.ratio", kind: "most", limit: 1.2 },
  { key: "exporters.newTenant.replaced", kind: "most", limit: 0 },
  { key: "portal.order.seconds", kind: "most", limit: 8 },
  { key: "portal.order.ratio", kind: "most", limit: 0.5 },
  { key: "portal.order.worst.seconds", kind: "most", limit: 12 },
  { key: "portal.order10.seconds", kind: "most", limit: 60 },
  { key: "portal.change1000.ratio", kind: "most", limit: 1.2 },
  { key: "portal.list1000.p95.seconds", kind: "most", limit: 0.2 },
  { key: "portal.page.kB", kind: "most", limit: 250 },
  { key: "portal.page.interactive.seconds", kind: "most", limit: 1 },
  { key: "portal.idle.MiB", kind: "most", limit: 250 },
  { key: "edge.page.p50.ratio", kind: "most", limit: 1.1 },
  { key: "edge.static.requestsPerSecond.ratio", kind: "least", limit: 0.8 },
  { key: "edge.route.seconds", kind: "most", limit: 2 },
  { key: "edge.idle.MiB", kind: "most", limit: 40 },
  { key: "edge.1000.MiB", kind: "most", limit: 150 },
  { key: "suspended.MiB", kind: "most", limit: 12 },
  { key: "wake.seconds", kind: "most", limit: 3 },
  { key: "wake.100.seconds", kind: "most", limit: 4 },
];

/** What each figure is, in the order of the report. */
export const meanings: Readonly<Record<string, string>> = {
  "bootstrap.bare.seconds":
    "`pulumi up` that makes a bare Debian 12 server a host, until it ends and the engine answers",
  "bootstrap.unchanged.seconds": "what the bootstrap adds to `pulumi up` that changes nothing",
  "bootstrap.rerun.seconds": "run of Ansible that finds nothing to change on a host",
  "bootstrap.rerun3.seconds": "the same for three hosts side by side",
  "bootstrap.rerun3.ratio": "three hosts against one",
  "newTenant.seconds": "`pulumi up` of one more tenant until its login page answers 200",
  "newTenant.up.seconds": "the same `pulumi up` until it ends",
  "newTenant.common.seconds": "the common way until its login page answers 200",
  "newTenant.ratio": "the first against the common way",
  "newTenant.inStackOf20.seconds": "`pulumi up` of one more tenant in a stack of 20 until it ends",
  "newTenant.ownStack.seconds": "`pulumi up` of one tenant in a stack of its own until it ends",
  "newTenant.inStackOf20.ratio": "the stack of 20 against a stack of its own",
  "noop.2.seconds": "`pulumi up` that changes nothing, 2 tenants",
  "noop.20.seconds": "`pulumi up` that changes nothing, 20 tenants",
  "noop.20.ratio": "the same against a fleet of 2, in turns",
  "idle.smallest.MiB": "idle memory of a tenant on the smallest plan, three containers together",
  "idle.smallest.odoo.MiB": "of which Odoo",
  "idle.smallest.postgres.MiB": "of which PostgreSQL",
  "idle.smallest.nginx.MiB": "of which Nginx",
  "page.p50.ms": "login page through Nginx, half of the requests are faster",
  "page.p99.ms": "login page through Nginx, 99 % are faster",
  "page.requestsPerSecond": "login page through Nginx",
  "page.direct.p50.ms": "login page from Odoo directly, half of the requests are faster",
  "page.direct.p99.ms": "login page from Odoo directly, 99 % are faster",
  "page.direct.requestsPerSecond": "login page from Odoo directly",
  "page.p50.ratio": "login page's p50: Nginx against direct",
  "static.p50.ms": "static file through Nginx, half of the requests are faster",
  "static.p99.ms": "static file through Nginx, 99 % are faster",
  "static.requestsPerSecond": "static file through Nginx",
  "static.direct.p50.ms": "static file from Odoo directly, half of the requests are faster",
  "static.direct.p99.ms": "static file from Odoo directly, 99 % are faster",
  "static.direct.requestsPerSecond": "static file from Odoo directly",
  "static.ratio": "static file's requests per second: Nginx against direct",
  "preview.2.seconds": "`pulumi preview` without policies, 2 new tenants",
  "preview.20.seconds": "`pulumi preview` without policies, 20 new tenants",
  "preview.100.seconds": "`pulumi preview` without policies, 100 new tenants",
  "preview.2.policy.seconds": "the same with the policy pack, 2 new tenants",
  "preview.20.policy.seconds": "the same with the policy pack, 20 new tenants",
  "preview.100.policy.seconds": "the same with the policy pack, 100 new tenants",
  "preview.2.policy.ratio": "with the pack against without, 2 new tenants",
  "preview.20.policy.ratio": "with the pack against without, 20 new tenants",
  "preview.100.policy.ratio": "with the pack against without, 100 new tenants",
  "preview.policy.ratio": "the largest of the three",
  "preview.growth20to100": "preview of 100 tenants against 20, without policies",
  "monitoring.2.MiB": "memory of all that watches 2 tenants, without Grafana where it isn't available",
  "monitoring.20.MiB": "the same, 20 tenants",
  "monitoring.seriesPerTenant": "series that a tenant adds to Prometheus, the largest of 20",
  "monitoring.scrape.seconds": "slowest scrape within a minute, 20 tenants",
  "monitoring.cadvisor.cpuPercent": "share of a core that cAdvisor takes with 20 tenants, which are 60 containers",
  "backup.idle.MiB": "idle memory of what backs a tenant up, two containers together, median of 20",
  "backup.cpu.percent": "share of a core that what backs up 20 tenants takes, each with a write a minute",
  "drill.GB.seconds": "`make drill` of a tenant with 1 GB of rows and 1 GB of files",
  "copy.GB.seconds": "`make copy` of it",
  "restore.GB.seconds": "`make restore` of it into new volumes, until it runs on them",
  "restore.zip.GB.seconds":
    "Odoo's own restore of its zip of the same tenant (`odoo db load`), with the limits of the same plan",
  "restore.ratio": "`make restore` against that",
  "upgrade.postgres.GB.seconds": "from PostgreSQL 17 to 18 by `make update`: the time without service",
  "update.back.seconds": "an update of it that fails after it changed all rows of a table, until everything is back",
  "backup.rpo.seconds":
    "from a write that was acknowledged until it is on the target off the host, the longest of thirty under a steady writer",
  "portal.order.seconds": "an order from its confirmation until its login page answers 200, median of 10",
  "portal.order.worst.seconds": "the slowest of them",
  "portal.order.ratio": "the median against the common way",
  "portal.order10.first.seconds": "the first of ten orders that are confirmed at once",
  "portal.order10.seconds": "the last of them",
  "portal.change2.seconds": "an instance's change to another plan until its job is done, among two, median of 5",
  "portal.change1000.seconds": "the same among a thousand",
  "portal.change1000.ratio": "the second against the first",
  "portal.list1000.p95.seconds": "operators' list of 1,000 tenants: pages, searches and filters, 95 % are faster",
  "portal.page.kB": "what the order page loads, compressed, with five plans and six sets of modules",
  "portal.page.interactive.seconds": "from the visit to a form on the order page, in Chromium that has nothing of it",
  "portal.web.idle.MiB": "idle memory of the portal's web process",
  "portal.worker.idle.MiB": "idle memory of its worker",
  "portal.idle.MiB": "the two together",
  "edge.page.p50.ms": "login page by HTTPS through the edge, half of the requests are faster",
  "edge.page.p50.ratio": "login page's p50: by HTTPS through the edge against the tenant's Nginx by HTTP",
  "edge.static.requestsPerSecond": "static file by HTTPS through the edge",
  "edge.static.requestsPerSecond.ratio": "static file's requests per second: the same two",
  "edge.route.seconds": "from a new tenant's first page by its Nginx to the first by HTTPS",
  "edge.idle.MiB": "idle memory of the edge",
  "edge.1000.MiB": "the same once each of a thousand domains was visited",
  "suspended.MiB": "memory of a suspended tenant, whose Nginx stays",
  "wake.seconds": "from the first visit of a suspended tenant to its page, median of 20",
  "wake.100.seconds": "the same for the last of 100 visitors at once",
  "perTenant.change2.seconds": "`make up` after one of two tenants in stacks of their own was changed",
  "perTenant.change1000.seconds": "the same after one of a thousand was",
  "perTenant.change1000.ratio": "the second against the first",
  "exporters.newTenant.replaced":
    "containers that watch a host and are replaced when a tenant comes, each tenant in a stack of its own",
  "exporters.newTenant.oneStack.replaced": "the same where all tenants are in one stack",
  "preview.ownStack.ratio": "preview of one tenant's own stack: 100 declared tenants against 2",
};

/** Whether a figure is as good as its goal. */
export function isReached({ kind, limit }: Goal, value: number): boolean {
  return kind === "most" ? value <= limit : value >= limit;
}

/**
 * The benchmark's result file with new figures put over those that are there, so that a section can be repeated alone.
 *
 * @param previous the file's text before; undefined when there is none. A file that is no JSON object is replaced.
 * @param machine what it was measured on, for people.
 */
export function mergeFigures(previous: string | undefined, figures: Figures, machine: string): string {
  const rounds = Object.entries(figures).map(([key, value]) => [key, rounded(value)] as const);
  const all: Record<string, unknown> = { ...numbersOf(previous), ...Object.fromEntries(rounds) };
  const keys = Object.keys(all).sort();
  return `${JSON.stringify({ ...Object.fromEntries(keys.map((key) => [key, all[key]])), machine }, null, 2)}\n`;
}

/** The figures of a result file; everything in it that is no number is left out. */
export function numbersOf(text: string | undefined): Figures {
  try {
    const parsed: unknown = JSON.parse(text ?? "{}");
    const entries = Array.isArray(parsed) ? [] : Object.entries(parsed ?? {});
    return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === "number"));
  } catch {
    return {};
  }
}

/** A Markdown table of the figures with their goals, which is also readable on a terminal. */
export function reportTable(figures: Figures): string {
  const known = Object.keys(meanings).filter((key) => figures[key] !== undefined);
  const others = Object.keys(figures).filter((key) => meanings[key] === undefined);
  const rows = [...known, ...others].map((key) => {
    const goal = goals.find((one) => one.key === key);
    return [`\`${key}\``, shown(figures[key]!), goalText(goal, figures[key]!), meanings[key] ?? ""];
  });
  const table = [["key", "figure", "goal", "what"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|---|`;
  return [line(table[0]!), rule, ...table.slice(1).map(line)].join("\n");
}

function goalText(goal: Goal | undefined, value: number): string {
  if (!goal) {
    return "";
  }
  const words = `${goal.limit} or ${goal.kind === "most" ? "less" : "more"}`;
  return `${words}: ${isReached(goal, value) ? "reached" : "MISSED"}`;
}

/** Three significant digits are what such a measurement can tell. */
function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}

/** What stands around the figures in a document. */
const markers = ["<!-- figures: tools/bench.sh --docs -->", "<!-- end of figures -->"] as const;

/**
 * A document with the figures of a result file, and the machine, between its two marker comments. What the document says of
 * sections that this result has nothing of stays as it is.
 *
 * @throws when the document lacks a marker: the figures would otherwise be lost without a word.
 */
export function withFigures(document: string, result: string): string {
  const [start, end] = markers.map((marker) => document.indexOf(marker)) as [number, number];
  if (start < 0 || end < start) {
    throw new Error(`the document has no place for figures: "${markers[0]}" and, below it, "${markers[1]}"`);
  }
  const { machine } = JSON.parse(result) as { machine: string };
  const figures = { ...documented(document.slice(start, end)), ...numbersOf(result) };
  const between = `\n\nMeasured on: ${machine}.\n\n${reportTable(figures)}\n\n`;
  return document.slice(0, start) + markers[0] + between + document.slice(end);
}

/** The figures of a table that `reportTable` wrote. */
function documented(table: string): Figures {
  const rows = [...table.matchAll(/^\| `([\w.]+)` +\| ([\d.]+) /gm)];
  return Object.fromEntries(rows.map(([, key, figure]) => [key!, Number(figure)]));
}
