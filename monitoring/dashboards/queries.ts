import type { Fleet } from "../../fleet/types";
import { type DashboardName, scrapeSeconds } from "../contract";
import { dashboards } from ".";

/** A query of a panel, ready to be asked. */
export interface PanelQuery {
  readonly dashboard: DashboardName;
  readonly panel: string;
  readonly expr: string;
}

/** What Grafana puts in place of its variables. */
export interface Choices {
  readonly host: string;
  readonly tenant: string;
}

/** The first tenant that runs, on its host. @throws Error when none runs: there is nothing to show. */
function firstChoice(fleet: Pick<Fleet, "tenants">): Choices {
  const tenant = Object.values(fleet.tenants).find(({ state }) => state === "running");
  if (tenant === undefined) {
    throw new Error("no tenant of this fleet runs, so dashboards have nothing to show");
  }
  return { host: tenant.host, tenant: tenant.name };
}

/** Every query of every panel with Grafana's variables filled in, as a user's browser has them asked. */
export function dashboardQueries(
  fleet: Pick<Fleet, "environment" | "tenants">,
  choices: Choices = firstChoice(fleet),
): PanelQuery[] {
  return Object.entries(dashboards(fleet)).flatMap(([dashboard, { panels = [] }]) =>
    panels.flatMap((panel) =>
      "targets" in panel
        ? (panel.targets ?? []).map((target) => ({
            dashboard: dashboard as DashboardName,
            panel: panel.title ?? "",
            expr: substitute((target as { expr?: string }).expr ?? "", choices),
          }))
        : [],
    ),
  );
}

/** Grafana takes no rate over less than four scrapes. */
function substitute(expr: string, { host, tenant }: Choices): string {
  return expr
    .replaceAll("$__rate_interval", `${4 * scrapeSeconds}s`)
    .replaceAll("$host", host)
    .replaceAll("$tenant", tenant);
}
