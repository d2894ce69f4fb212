import { Anchor, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { operatorTenantOf } from "../../src/pages/paths.ts";
import type { Schemas } from "../api.ts";
import { Apart } from "../parts/Apart.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Joined } from "../parts/Joined.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { useAlerts } from "./useOverview.ts";

/** What fires in the whole fleet, by Alertmanager, and where the dashboards are. */
export function Alerts() {
  const { t } = useTranslation();
  const { data, error, refetch } = useAlerts();
  return (
    <Section title={t("operator.alerts")}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {data ? (
        <>
          {data.monitors.length === 0 && <Text>{t("operator.unwatched")}</Text>}
          {data.monitors.map((monitor) => (
            <Monitor key={monitor.host} monitor={monitor} />
          ))}
        </>
      ) : (
        !error && <Waiting height={60} />
      )}
    </Section>
  );
}

function Monitor({ monitor }: { readonly monitor: Schemas["Monitor"] }) {
  const { t } = useTranslation();
  const { host, isAnswering, dashboards, alerts } = monitor;
  return (
    <Stack gap="xs">
      <Apart>
        <Text>{t("operator.watchedFrom", { host })}</Text>
        {dashboards && (
          <Anchor href={dashboards} target="_blank" rel="noreferrer">
            {t("operator.dashboards", { host })}
          </Anchor>
        )}
      </Apart>
      {dashboards && <Text c="dimmed">{t("operator.dashboardsHint", { port: new URL(dashboards).port })}</Text>}
      <Silence monitor={monitor} />
      {isAnswering && alerts.length === 0 && <Text>{t("operator.noAlerts")}</Text>}
      <Stack component="ul" gap="xs" p={0} m={0}>
        {alerts.map((alert) => (
          <Alert key={`${alert.name} ${alert.summary}`} alert={alert} />
        ))}
      </Stack>
    </Stack>
  );
}

/** That an Alertmanager doesn't answer, and since when. */
export function Silence({ monitor }: { readonly monitor: Schemas["Monitor"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const { host, answeredAt, isAnswering } = monitor;
  return (
    !isAnswering && (
      <Text role="alert">
        {answeredAt === null
          ? t("operator.neverAnswered", { host })
          : t("operator.silent", { host, at: at(answeredAt) })}
      </Text>
    )
  );
}

interface AlertProps {
  readonly alert: Schemas["Alert"];
  /** Whether it is on the page of its tenant, which it doesn't lead to then. */
  readonly isAtHome?: boolean;
}

/** An alert that fires, in a list. */
export function Alert({ alert, isAtHome = false }: AlertProps) {
  const { t } = useTranslation();
  const at = useMoments();
  const { name, severity, summary, startedAt, host, tenant, isOrdered } = alert;
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Text fw={700}>
        <bdi>{summary}</bdi>
      </Text>
      <Text c="dimmed">
        <Joined
          parts={[t(`operator.severities.${severity}`), name, host, t("operator.since", { at: at(startedAt) })].filter(
            (part) => part !== null,
          )}
        />
      </Text>
      {tenant !== null && isOrdered && !isAtHome && (
        <Anchor component={Link} href={operatorTenantOf(tenant)}>
          {t("operator.alertsTenant", { tenant })}
        </Anchor>
      )}
    </Paper>
  );
}
