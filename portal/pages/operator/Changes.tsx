import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { ChangeList } from "../instance/ChangeList.tsx";
import { Section } from "../parts/Section.tsx";

/** When a tenant starts and stops next, by the clock of who looks. */
export function Changes({ changes }: { readonly changes: readonly Schemas["Change"][] }) {
  const { t } = useTranslation();
  return (
    <Section title={t("instance.next")}>
      {changes.length === 0 ? <Text>{t("instance.noChange")}</Text> : <ChangeList changes={changes} />}
    </Section>
  );
}
