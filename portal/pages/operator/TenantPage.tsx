import { Anchor, Paper } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import { answerOf, api, type Schemas } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { Backups } from "../instance/Backups.tsx";
import { Deletion } from "../instance/Deletion.tsx";
import { Domains } from "../instance/Domains.tsx";
import { Exports } from "../instance/Exports.tsx";
import { Facts } from "../instance/Facts.tsx";
import { StagingCopy } from "../instance/StagingCopy.tsx";
import { Usage } from "../instance/Usage.tsx";
import { useFreshAfterJobs } from "../instance/useInstance.ts";
import { useMayOperate } from "../login/me.ts";
import { Failure } from "../parts/Failure.tsx";
import { Sections } from "../parts/Sections.tsx";
import { Section } from "../parts/Section.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { AllInvoices } from "./AllInvoices.tsx";
import { AllTrail } from "./AllTrail.tsx";
import { Certificates } from "./Certificates.tsx";
import { Changes } from "./Changes.tsx";
import { Hours } from "./Hours.tsx";
import { operatorSide } from "./operatorSide.ts";
import { Suspension } from "./Suspension.tsx";
import { TenantAlerts } from "./TenantAlerts.tsx";
import { TenantJobs } from "./TenantJobs.tsx";
import { TrialForm } from "./TrialForm.tsx";
import { Whose } from "./Whose.tsx";

/** Milliseconds between two looks, while something is done to it and otherwise. */
const [lookSoon, lookLater] = [3000, 10_000];

/** Everything about one tenant, whoever's it is, in one place. */
export function TenantPage() {
  const { t } = useTranslation();
  const { id } = useParams<{ id: string }>();
  const { data, error, refetch } = useQuery({
    queryKey: [...operatorSide.key, id],
    queryFn: () => answerOf(api.GET("/api/v1/operator/tenants/{id}", { params: { path: { id } } })),
    refetchInterval: ({ state: { data: tenant } }) => (tenant?.job ? lookSoon : lookLater),
  });
  return (
    <Page title={data?.address ?? t("operator.tenant")}>
      <Anchor component={Link} href={pagePaths.operator}>
        {t("operator.back")}
      </Anchor>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {data ? <Tenant tenant={data} /> : !error && <Waiting height={600} />}
    </Page>
  );
}

function Tenant({ tenant }: { readonly tenant: Schemas["TenantInFull"] }) {
  const { t } = useTranslation();
  const may = useMayOperate();
  useFreshAfterJobs(tenant);
  const wasReady = tenant.readyAt !== null;
  return (
    <Sections>
      <Paper withBorder className="section" data-wide>
        <Facts instance={tenant} />
      </Paper>
      <Whose tenant={tenant} />
      <TenantAlerts tenant={tenant} />
      {wasReady && (
        <>
          <Section title={t("operator.suspension")}>
            <Suspension tenant={tenant} />
          </Section>
          <TrialForm tenant={tenant} />
          <Hours lifecycle={tenant.lifecycle} />
          <Changes changes={tenant.changes} />
        </>
      )}
      {may("operator:jobs") && <TenantJobs tenant={tenant} />}
      {wasReady && (
        <>
          <Backups instance={tenant} />
          <Domains instance={tenant} />
          <Certificates tenant={tenant.id} />
          <StagingCopy instance={tenant} />
          <Exports instance={tenant} />
          <Usage instance={tenant} />
        </>
      )}
      {may("operator:invoices") && (
        <Section title={t("invoices.title")} isWide>
          <AllInvoices tenant={tenant.id} />
        </Section>
      )}
      {(wasReady || tenant.state === "failed") && <Deletion instance={tenant} />}
      {may("operator:audit") && <AllTrail tenant={tenant.id} />}
    </Sections>
  );
}
