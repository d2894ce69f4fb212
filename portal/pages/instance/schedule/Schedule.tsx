import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api.ts";
import { useMay } from "../../login/me.ts";
import { Section } from "../../parts/Section.tsx";
import { NextChanges } from "../NextChanges.tsx";
import { HoursList } from "./HoursList.tsx";
import { ScheduleForm } from "./ScheduleForm.tsx";

/** The hours in which an instance runs, the form that changes them, and what follows from them. While they are changed each takes a row, so that nothing changes its side. */
export function Schedule({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const mayChange = useMay()("tenants:write");
  const [isOpen, setOpen] = useState(false);
  if (isOpen) {
    return (
      <>
        <Section title={t("schedule.title")} isWide>
          <ScheduleForm instance={instance} close={() => setOpen(false)} />
        </Section>
        <NextChanges instance={instance} isWide />
      </>
    );
  }
  return (
    <>
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
      <NextChanges instance={instance} />
    </>
  );
}
