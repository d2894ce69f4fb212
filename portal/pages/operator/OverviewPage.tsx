import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "../frame/Page.tsx";
import { AllTrail } from "./AllTrail.tsx";
import { FailedJobs } from "./FailedJobs.tsx";

/** What operators look at first: what failed, and who did what. */
export function OverviewPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("operator.title")}>
      <Stack gap="lg">
        <FailedJobs />
        <AllTrail />
      </Stack>
    </Page>
  );
}
