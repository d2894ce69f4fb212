import { Anchor, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import { Page } from "./Page.tsx";

/** What is shown for an address that has no page. */
export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("notFound.title")}>
      <Text>{t("notFound.text")}</Text>
      <Anchor component={Link} href={pagePaths.order}>
        {t("notFound.home")}
      </Anchor>
    </Page>
  );
}
