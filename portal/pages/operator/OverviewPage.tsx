import { Anchor, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import { Page } from "../frame/Page.tsx";
import { useMayOperate } from "../login/me.ts";
import { Sections } from "../parts/Sections.tsx";
import { Alerts } from "./Alerts.tsx";
import { AllTrail } from "./AllTrail.tsx";
import { Attention } from "./Attention.tsx";
import { Capacity } from "./Capacity.tsx";
import { Certificates } from "./Certificates.tsx";
import { FailedJobs } from "./FailedJobs.tsx";
import { JobsUnderWay } from "./JobsUnderWay.tsx";
import { Tenants } from "./Tenants.tsx";
import { useTenantFilter } from "./useTenantFilter.ts";

/** What operators look at first: what fires, what needs a look, what failed and is under way, the places, certificates, all tenants, and who did what: of these what his role is about. */
export function OverviewPage() {
  const { t } = useTranslation();
  const may = useMayOperate();
  const tenants = useTenantFilter();
  const looksAfterTenants = may("operator:tenants");
  return (
    <Page title={t("operator.title")}>
      <Group>
        {may("operator:invoices") && (
          <Anchor component={Link} href={pagePaths.operatorInvoices}>
            {t("operator.allInvoices")}
          </Anchor>
        )}
        {may("operator:webhooks") && (
          <Anchor component={Link} href={pagePaths.operatorWebhooks}>
            {t("webhooks.title")}
          </Anchor>
        )}
      </Group>
      <Sections>
        {looksAfterTenants && (
          <>
            <Alerts />
            <Attention show={tenants.show} />
          </>
        )}
        {may("operator:jobs") && (
          <>
            <FailedJobs />
            <JobsUnderWay />
          </>
        )}
        {looksAfterTenants && (
          <>
            <Capacity show={tenants.show} />
            <Certificates />
            <Tenants {...tenants} />
          </>
        )}
        {may("operator:audit") && <AllTrail />}
      </Sections>
    </Page>
  );
}
