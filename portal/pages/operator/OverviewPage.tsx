import { Anchor, Group, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import { Page } from "../frame/Page.tsx";
import { Alerts } from "./Alerts.tsx";
import { AllTrail } from "./AllTrail.tsx";
import { Capacity } from "./Capacity.tsx";
import { Certificates } from "./Certificates.tsx";
import { FailedJobs } from "./FailedJobs.tsx";
import { Tenants } from "./Tenants.tsx";

/** What operators look at first: what failed, the places, certificates, all tenants, and who did what. */
export function OverviewPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("operator.title")}>
      <Group>
        <Anchor component={Link} href={pagePaths.operatorInvoices}>
          {t("operator.allInvoices")}
        </Anchor>
        <Anchor component={Link} href={pagePaths.operatorWebhooks}>
          {t("webhooks.title")}
        </Anchor>
      </Group>
      <Stack gap="lg">
        <Alerts />
        <FailedJobs />
        <Capacity />
        <Certificates />
        <Tenants />
        <AllTrail />
      </Stack>
    </Page>
  );
}
