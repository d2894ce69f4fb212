import type { DataSourceRef } from "@grafana/grafana-foundation-sdk/common";

/** The data source of every panel, as it is provisioned. */
export const prometheusSource = { type: "prometheus", uid: "odoo-fleet-prometheus" } as const satisfies DataSourceRef;

/** Silences and active alerts, as it is provisioned. */
export const alertmanagerSource = {
  type: "alertmanager",
  uid: "odoo-fleet-alertmanager",
} as const satisfies DataSourceRef;
