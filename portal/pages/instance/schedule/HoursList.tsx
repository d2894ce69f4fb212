import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api.ts";
import { useList } from "../../parts/useList.ts";
import { readHours } from "./activeHours.ts";
import { useDays } from "./useDays.ts";

/** The hours in which an instance runs, and its days without any. */
export function HoursList({ lifecycle: { activeHours, holidays } }: { readonly lifecycle: Schemas["Lifecycle"] }) {
  const { t } = useTranslation();
  const { dayNames, dateOf } = useDays();
  const list = useList();
  return (
    <>
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
    </>
  );
}
