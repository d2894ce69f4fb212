import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api.ts";
import { useMay } from "../../login/me.ts";
import { Section } from "../../parts/Section.tsx";
import { useList } from "../../parts/useList.ts";
import { readHours } from "./activeHours.ts";
import { ScheduleForm } from "./ScheduleForm.tsx";
import { useDays } from "./useDays.ts";

/** The hours in which an instance runs, and the form that changes them. */
export function Schedule({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const mayChange = useMay()("tenants:write");
  const [isOpen, setOpen] = useState(false);
  const { activeHours, holidays } = instance.lifecycle;
  const { dayNames, dateOf } = useDays();
  const list = useList();
  if (isOpen) {
    return (
      <Section title={t("schedule.title")}>
        <ScheduleForm instance={instance} close={() => setOpen(false)} />
      </Section>
    );
  }
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
      {mayChange && (
        <Group>
          <Button variant="default" onClick={() => setOpen(true)}>
            {t("schedule.change")}
          </Button>
        </Group>
      )}
    </Section>
  );
}
