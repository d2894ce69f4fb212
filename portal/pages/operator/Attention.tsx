import { Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { useSummary } from "./useOverview.ts";
import type { FilteredTenants } from "./useTenantFilter.ts";

/** How many tenants need a look, each count with what shows them. */
export function Attention({ show }: Pick<FilteredTenants, "show">) {
  const { t } = useTranslation();
  const { data, error, refetch } = useSummary();
  const counts =
    data &&
    ([
      { name: "failed", count: data.failed, only: { kind: "failed" } },
      { name: "overdue", count: data.backups.overdue, only: { backups: "overdue" } },
      { name: "unproven", count: data.backups.unproven, only: { backups: "unproven" } },
      { name: "unknown", count: data.backups.unknown, only: { backups: "unknown" } },
    ] as const);
  const needed = counts?.filter(({ count }) => count > 0);
  return (
    <Section title={t("operator.attention")}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {needed ? (
        <Stack component="ul" gap={4} p={0} m={0}>
          {needed.map(({ name, count, only }) => (
            <Text component="li" display="block" key={name}>
              <Anchor component="button" type="button" onClick={() => show(only)} ta="start">
                {t(`operator.needed.${name}`, { count })}
              </Anchor>
            </Text>
          ))}
        </Stack>
      ) : (
        !error && <Waiting height={60} />
      )}
      {needed?.length === 0 && <Text>{t("operator.noneNeeded")}</Text>}
    </Section>
  );
}
