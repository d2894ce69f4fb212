import { Anchor, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { Apart } from "../parts/Apart.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { useLocale } from "../parts/useLanguage.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { dashboardAt, dashboardPaths } from "./dashboards.ts";
import { useAlerts, useCapacity } from "./useOverview.ts";
import type { FilteredTenants } from "./useTenantFilter.ts";

/** Each host of the portal's: its slots, its room, its dashboard and its tenants; and who waits for a slot. */
export function Capacity({ show }: Pick<FilteredTenants, "show">) {
  const { t } = useTranslation();
  const { data, error, refetch } = useCapacity();
  return (
    <Section title={t("operator.capacity")}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {data ? (
        <>
          <Stack component="ul" gap="xs" p={0} m={0}>
            {data.hosts.map((host) => (
              <Host key={host.host} host={host} show={show} />
            ))}
          </Stack>
          <Text>{t("operator.waiting", { count: data.waiting })}</Text>
        </>
      ) : (
        !error && <Waiting height={60} />
      )}
    </Section>
  );
}

function Host({
  host: { host, slots, taken, room },
  show,
}: { readonly host: Schemas["HostCapacity"] } & Pick<FilteredTenants, "show">) {
  const { t } = useTranslation();
  const monitors = useAlerts().data?.monitors ?? [];
  const dashboard = dashboardAt(monitors, host, dashboardPaths.host(host));
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Apart>
        <Text fw={700}>
          <bdi>{host}</bdi>
        </Text>
        <Text>{t("operator.slots", { taken, slots })}</Text>
      </Apart>
      {room ? <Room room={room} /> : <Text c="dimmed">{t("operator.roomUnknown")}</Text>}
      <Group>
        <Anchor component="button" type="button" onClick={() => show({ host })}>
          {t("operator.tenantsOn", { host })}
        </Anchor>
        {dashboard && (
          <Anchor href={dashboard.address} target="_blank" rel="noreferrer">
            {t("operator.hostDashboard", { host })}
          </Anchor>
        )}
      </Group>
    </Paper>
  );
}

/** What the portal's tenants take of a host's memory and processors, by what their plans need. */
function Room({ room: { memoryMiB, cpus } }: { readonly room: NonNullable<Schemas["HostCapacity"]["room"]> }) {
  const { t } = useTranslation();
  const format = new Intl.NumberFormat(useLocale(), { maximumFractionDigits: 1 });
  const gib = (mib: number): string => format.format(mib / 1024);
  return (
    <>
      <Text>
        {memoryMiB.limit === null
          ? t("operator.memoryUsed", { used: gib(memoryMiB.used) })
          : t("operator.memoryOf", { used: gib(memoryMiB.used), limit: gib(memoryMiB.limit) })}
      </Text>
      <Text>
        {cpus.limit === null
          ? t("operator.cpusUsed", { used: format.format(cpus.used) })
          : t("operator.cpusOf", { used: format.format(cpus.used), limit: format.format(cpus.limit) })}
      </Text>
    </>
  );
}
