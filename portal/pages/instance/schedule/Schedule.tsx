import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api.ts";
import { useMay } from "../../login/me.ts";
import { Section } from "../../parts/Section.tsx";
import { HoursList } from "./HoursList.tsx";
import { ScheduleForm } from "./ScheduleForm.tsx";

/** The hours in which an instance runs, and the form that changes them. */
export function Schedule({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const mayChange = useMay()("tenants:write");
  const [isOpen, setOpen] = useState(false);
  if (isOpen) {
    return (
      <Section title={t("schedule.title")}>
        <ScheduleForm instance={instance} close={() => setOpen(false)} />
      </Section>
    );
  }
  return (
    <Section title={t("schedule.title")}>
      <HoursList lifecycle={instance.lifecycle} />
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
