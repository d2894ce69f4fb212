import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { HoursList } from "../instance/schedule/HoursList.tsx";
import { Section } from "../parts/Section.tsx";

/** The hours in which a tenant runs, its days without any, and whether a visit starts it: to read, as they are its customer's to change. */
export function Hours({ lifecycle }: { readonly lifecycle: Schemas["Lifecycle"] }) {
  const { t } = useTranslation();
  const { sleepAfter } = lifecycle;
  return (
    <Section title={t("schedule.title")}>
      <HoursList lifecycle={lifecycle} />
      <Text>{sleepAfter === null ? t("operator.wakesNot") : t("operator.wakes", { count: sleepAfter })}</Text>
    </Section>
  );
}
