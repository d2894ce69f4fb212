import { createHash } from "node:crypto";
import { htmlText } from "./htmlText";
import { labelPrefix } from "./labels";
import type { RunningTenant, SuspendedTenant } from "./types";

/**
 * Label of a volume without data, by which a tenant's own stack tells the edge of its host where the tenant is: the edge asks the
 * engine for all of them, so a tenant comes and goes without any other stack being applied. What it says is no secret.
 */
export const routeLabel = `${labelPrefix}.route`;

/** What a route is made from. */
export type RoutedTenant = Pick<RunningTenant | SuspendedTenant, "name" | "state" | "ports" | "edge" | "company"> &
  Pick<SuspendedTenant, "wake">;

/**
 * What the edge has to know of a tenant: its name, its state, its port on the edge's network, its host names with commas between
 * them, and what its customer is called, by Base64 of the text as a page shows it. There is a blank between any two. The state of one
 * that a visit wakes is `wakeable`, and the minutes without a visit after which it sleeps again come last, and those after which a
 * scheduled action that is due wakes it, if any does.
 *
 * Nothing in it is written otherwise in JSON than it is here.
 */
export function routeOf({ name, state, ports, edge, company, wake }: RoutedTenant): string {
  const shown = Buffer.from(htmlText(company)).toString("base64");
  const own = [name, wake ? "wakeable" : state, ports.edge, (edge?.names ?? []).join(","), shown];
  return [...own, ...(wake ? [wake.sleepAfterMinutes, wake.actionsAfterMinutes ?? []].flat() : [])].join(" ");
}

/** Another route is another volume, so that the former one is there until the new one is. */
export function routeId(route: string): string {
  return createHash("sha256").update(route).digest("hex").slice(0, 8);
}

/**
 * What a tenant's Nginx knows the edge by: 160 bits that follow from the secret of the fleet, which the edge has. The edge computes it
 * by `sha256sum`: `images/edge/odoo-fleet-routes`.
 */
export function edgeSecretOf(fleetSecret: string, tenant: string): string {
  return createHash("sha256").update(`${fleetSecret}\n${tenant}\n`).digest("hex").slice(0, 40);
}
