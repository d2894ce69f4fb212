import { Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { Alert, Silence } from "./Alerts.tsx";
import { dashboardAt, dashboardPaths } from "./dashboards.ts";
import { useAlerts } from "./useOverview.ts";

/** What fires about one tenant, by each Alertmanager, and where its dashboard is. */
export function TenantAlerts({ tenant: { id, host } }: { readonly tenant: Schemas["OperatorTenant"] }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useAlerts();
  const alerts = data?.monitors.flatMap((monitor) => monitor.alerts).filter(({ tenant }) => tenant === id);
  const dashboard = data && dashboardAt(data.monitors, host, dashboardPaths.tenant(id));
  return (
    <Section title={t("operator.alerts")}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {data && alerts ? (
        <>
          {data.monitors.length === 0 && <Text>{t("operator.unwatched")}</Text>}
          {data.monitors.map((monitor) => (
            <Silence key={monitor.host} monitor={monitor} />
          ))}
          {data.monitors.some(({ isAnswering }) => isAnswering) && alerts.length === 0 && (
            <Text>{t("operator.noAlerts")}</Text>
          )}
          <Stack component="ul" gap="xs" p={0} m={0}>
            {alerts.map((alert) => (
              <Alert key={`${alert.name} ${alert.summary}`} alert={alert} isAtHome />
            ))}
          </Stack>
          {dashboard && (
            <>
              <Anchor href={dashboard.address} target="_blank" rel="noreferrer">
                {t("operator.tenantDashboard", { host: dashboard.host })}
              </Anchor>
              <Text c="dimmed">{t("operator.dashboardsHint", { port: new URL(dashboard.address).port })}</Text>
            </>
          )}
        </>
      ) : (
        !error && <Waiting height={60} />
      )}
    </Section>
  );
}
