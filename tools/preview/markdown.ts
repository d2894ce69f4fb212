import type { HostEstimate, Use } from "../../fleet/estimate";
import type { Limits } from "../../fleet/types";
import { type Change, type Operation, operationWords } from "./changes";
import type { AnnouncedUpdates, PolicyResult, PreviewedStacks, Summary } from "./summary";

/** The summary for people, as Markdown; the first line is what a workflow finds its comment by. */
export function markdown(summary: Summary): string {
  const { stack, changes, errors, lostDomains = [] } = summary;
  const tenants = [...new Set(changes.flatMap(({ tenant }) => tenant ?? []))];
  const shared = changes.filter(({ tenant }) => tenant === undefined);
  return [
    `<!-- odoo-fleet preview: ${stack} -->`,
    `## Preview of \`${stack}\`: ${verdict(summary)}`,
    ...(errors.length > 0 ? ["### Errors", fenced(errors.join("\n"))] : []),
    ...(summary.stacks ? ["### Stacks", stackText(summary.stacks)] : []),
    ...(summary.updates && summary.updates.due.length > 0 ? ["### Updated first", updateList(summary.updates)] : []),
    ...(lostDomains.length > 0 ? ["### Customers' domains", domainList(lostDomains)] : []),
    ...tenants.map((tenant) => section(tenant, changes)),
    ...(shared.length > 0 ? ["### Shared parts", ...sharedDowntime(shared), table(shared)] : []),
    // What failed wasn't judged to its end.
    ...(errors.length > 0 && summary.policies.length === 0 ? [] : ["### Policies", policyText(summary)]),
    ...(summary.suspended.length > 0 ? ["### Suspended by their own times", suspendedList(summary)] : []),
    ...(summary.hosts.length > 0 ? ["### Hosts after the change", hostTable(summary)] : []),
    "",
  ].join("\n\n");
}

function verdict({ changes, policies, exitCode, errors, lostDomains = [] }: Summary): string {
  const counts = (Object.keys(operationWords) as Operation[])
    .map(
      (operation) => [changes.filter((one) => one.operation === operation).length, operationWords[operation]] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`);
  const broken = policies.filter(({ level }) => level === "mandatory").length;
  const plan = counts.length > 0 ? counts.join(", ") : exitCode === 0 ? "nothing to do" : "no change of a resource";
  return [
    ...(errors.length > 0 || exitCode === 1 ? ["failed"] : []),
    ...(broken > 0 ? [`${broken} mandatory policy ${broken === 1 ? "violation" : "violations"}`] : []),
    ...(lostDomains.length > 0 ? [`${lostDomains.length} of customers' domains lost`] : []),
    plan,
  ].join("; ");
}

function section(tenant: string, changes: readonly Change[]): string {
  const own = changes.filter((change) => change.tenant === tenant);
  return `### Tenant \`${tenant}\`\n\n${downtime(own) ?? "No downtime."}\n\n${table(own)}`;
}

/** What of these serves nobody for a while; undefined: nothing. */
function downtime(changes: readonly Change[]): string | undefined {
  const down = changes.filter((change) => change.downtime).map(({ name }) => `\`${name}\``);
  return down.length > 0
    ? `**Downtime**: ${down.join(", ")} ${down.length === 1 ? "is" : "are"} stopped before the replacement starts, or permanently.`
    : undefined;
}

/** The same of what tenants share, and for whom. */
function sharedDowntime(shared: readonly Change[]): string[] {
  const note = downtime(shared);
  const isEdge = shared.some((change) => change.downtime && change.urn.includes("odoo-fleet:index:EdgeServer$"));
  return note === undefined ? [] : [note + (isEdge ? " Meanwhile no tenant of an edge's host answers by HTTPS." : "")];
}

function table(changes: readonly Change[]): string {
  return rows(
    ["change", "resource", "type", "why"],
    changes.map(({ operation, name, type, properties, downtime }) => [
      `${operationWords[operation]}${downtime ? " **with downtime**" : operation === "replace" ? ", no downtime" : ""}`,
      `\`${name}\``,
      type,
      properties.map((path) => `\`${path}\``).join(", "),
    ]),
  );
}

function domainList(lost: readonly string[]): string {
  return [
    "DNS doesn't show them as their customers' any more, and they are still served: see `make domains`.",
    lost.map((line) => `- ${line}`).join("\n"),
  ].join("\n\n");
}

function suspendedList({ suspended }: Summary): string {
  return suspended.map(({ tenant, why }) => `- \`${tenant}\` is ${why}`).join("\n");
}

function stackText({ previewed, later, unchanged }: PreviewedStacks): string {
  const names = (stacks: readonly string[]): string => stacks.map((stack) => `\`${stack}\``).join(", ");
  const own = Object.keys(previewed);
  return [
    ...(own.length > 0 ? [`- Previewed: ${names(own)}.`] : []),
    ...(later.length > 0
      ? [
          `- Brought up after these, and not previewed, since what their hosts have for all isn't there yet: ${names(later)}.`,
        ]
      : []),
    `- Unchanged: ${unchanged} ${unchanged === 1 ? "stack" : "stacks"}.`,
  ].join("\n");
}

/** How long a tenant is away for it: docs/updates.md has what was measured. */
const away = "Odoo is away for about half a minute, or for as long as a move to another PostgreSQL takes";

function updateList({ due, opens }: AnnouncedUpdates): string {
  const when = opens === undefined ? "`make up`" : `The first \`make up\` from ${opens} on`;
  return [
    `${when} carries these out before it applies anything. Each is rehearsed on a copy first; then ${away}.`,
    due.map(({ tenant, what }) => `- \`${tenant}\` ${what}`).join("\n"),
  ].join("\n\n");
}

function policyText({ policies, policyPack }: Summary): string {
  if (policies.length === 0) {
    return policyPack ? "All policies passed." : "No policy pack was run.";
  }
  return rows(
    ["level", "rule", "resource", "message"],
    policies.map(({ level, rule, resource, message }: PolicyResult) => [
      level === "mandatory" ? "**mandatory**" : level,
      `\`${rule}\``,
      resource === undefined ? "the stack" : `\`${resource}\``,
      message,
    ]),
  );
}

function hostTable({ hosts }: Summary): string {
  const text = ({ used, limit, left }: Use, unit = ""): string =>
    limit === undefined
      ? `${used}${unit} used, no limit`
      : `${used}${unit} used, ${left}${unit} left of ${limit}${unit}`;
  return rows(
    ["host", "memory", "CPUs", "slots", "ports"],
    hosts.map(({ host, memoryMiB, cpus, slots, ports, ...beside }) => [
      `\`${host}\``,
      [text(memoryMiB, " MiB"), ...besideTenants(beside).map(([what, one]) => `${one.memoryMiB} MiB for ${what}`)].join(
        ", and ",
      ),
      [text(cpus), ...besideTenants(beside).map(([what, one]) => `${one.cpus} for ${what}`)].join(", and "),
      text(slots),
      text(ports),
    ]),
  );
}

/** What runs on a host beside its tenants, by what it is for. */
function besideTenants({ monitoring, edge, offsite, portal }: Partial<HostEstimate>): [string, Limits][] {
  const all: readonly (readonly [string, Limits | undefined])[] = [
    ["monitoring", monitoring],
    ["the edge", edge],
    ["off-site copies", offsite],
    ["the portal", portal],
  ];
  return all.flatMap(([what, limits]) => (limits ? [[what, limits]] : []));
}

function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...body.map(line)].join("\n");
}

/** One line, and no bar that would end the cell. */
function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, "<br>").replaceAll("|", "\\|");
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
