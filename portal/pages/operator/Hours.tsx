import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { readHours } from "../instance/schedule/activeHours.ts";
import { useDays } from "../instance/schedule/useDays.ts";
import { Section } from "../parts/Section.tsx";
import { useList } from "../parts/useList.ts";

/** The hours in which a tenant runs, its days without any, and whether a visit starts it: to read, as they are its customer's to change. */
export function Hours({ lifecycle }: { readonly lifecycle: Schemas["Lifecycle"] }) {
  const { t } = useTranslation();
  const { dayNames, dateOf } = useDays();
  const list = useList();
  const { activeHours, holidays, sleepAfter } = lifecycle;
  return (
    <Section title={t("schedule.title")}>
      {activeHours.length === 0 ? (
        <Text>{t("schedule.always")}</Text>
      ) : (
        <Stack component="ul" gap={4} p={0} m={0}>
          {activeHours.flatMap(readHours).map(({ days, from, to, zone }, index) => (
            <Text component="li" key={index} display="block">
              {t("schedule.hours", { days: list(days.map((day) => dayNames[day])), from, to, zone })}
            </Text>
          ))}
        </Stack>
      )}
      {holidays.length > 0 && <Text>{t("schedule.except", { days: list(holidays.map(dateOf)) })}</Text>}
      <Text>{sleepAfter === null ? t("operator.wakesNot") : t("operator.wakes", { count: sleepAfter })}</Text>
    </Section>
  );
}
