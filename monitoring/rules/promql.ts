import { declaredMetrics, keptByHost } from "../contract";

/** Labels that name a tenant. */
export const tenantScope = "environment, host, tenant";

/** Labels that name a host. */
export const hostScope = "environment, host";

/** Labels that name a container. */
export const containerScope = "environment, host, name";

/**
 * What is left of an expression without the tenants that are declared not to run, or that their host has stopped by their schedule. What belongs to no tenant stays. With this a
 * tenant that is stopped on purpose raises nothing, whatever is still measured of it.
 */
export function unlessStopped(expr: string): string {
  return `${group(expr)}\nunless on (${tenantScope}) ${declaredMetrics.tenantInfo}{state!="running"}\nunless on (${tenantScope}) ${keptByHost}{state="suspended"}`;
}

/** An expression in brackets. */
function group(expr: string): string {
  return `(\n${indent(expr)}\n)`;
}

/** The larger of several expressions with the same labels, which `by` lists; the other labels are dropped. */
export function largest(by: string, ...exprs: readonly string[]): string {
  return aggregate("max", by, exprs);
}

/** The smaller of several expressions, likewise. */
export function smallest(by: string, ...exprs: readonly string[]): string {
  return aggregate("min", by, exprs);
}

/** Labels tell the expressions apart, since `or` takes only one of those with the same. */
function aggregate(operator: "max" | "min", by: string, exprs: readonly string[]): string {
  const told = exprs.map((expr, index) => `label_replace(\n${indent(expr)},\n  "choice", "${index}", "", ""\n)`);
  return `${operator} by (${by}) (\n${indent(told.join("\nor\n"))}\n)`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
