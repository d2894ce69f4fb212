import { Paper, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useParams } from "wouter";
import type { Schemas } from "../api.ts";
import { useMay } from "../login/me.ts";
import { Sections } from "../parts/Sections.tsx";
import { QueriedPage } from "../parts/QueriedPage.tsx";
import { Backups } from "./Backups.tsx";
import { CurrentJob } from "./CurrentJob.tsx";
import { Deletion } from "./Deletion.tsx";
import { Domains } from "./Domains.tsx";
import { EndForm } from "./EndForm.tsx";
import { Exports } from "./Exports.tsx";
import { Facts } from "./Facts.tsx";
import { JobList } from "./JobList.tsx";
import { LogIn } from "./LogIn.tsx";
import { PlanChange } from "./PlanChange.tsx";
import { RunControls } from "./RunControls.tsx";
import { Schedule } from "./schedule/Schedule.tsx";
import { SetPassword } from "./SetPassword.tsx";
import { StagingCopy } from "./StagingCopy.tsx";
import { Trail } from "./Trail.tsx";
import { Usage } from "./Usage.tsx";
import { Wake } from "./Wake.tsx";
import { useFreshAfterJobs, useInstance } from "./useInstance.ts";

/** One instance: what it is, when it runs, and what was done to it. */
export function InstancePage() {
  const { t } = useTranslation();
  const { id } = useParams<{ id: string }>();
  const query = useInstance(id);
  return (
    <QueriedPage title={query.data?.address ?? t("instance.title")} query={query} height={600}>
      {(instance) => <Instance instance={instance} />}
    </QueriedPage>
  );
}

function Instance({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const may = useMay();
  useFreshAfterJobs(instance);
  const wasReady = instance.readyAt !== null;
  return (
    <Sections>
      <Paper withBorder className="section" data-wide>
        <Stack gap="xs">
          <Facts instance={instance} />
          {wasReady && may("tenants:write") && <RunControls instance={instance} />}
          <CurrentJob instance={instance} />
        </Stack>
      </Paper>
      {wasReady && (
        <>
          {may("tenants:password") && <LogIn instance={instance} />}
          {may("tenants:password") && <SetPassword instance={instance} />}
          <Schedule instance={instance} />
          <Wake instance={instance} />
          <EndForm instance={instance} />
          <PlanChange instance={instance} />
          <Usage instance={instance} />
          <Backups instance={instance} />
          <Exports instance={instance} />
          <Domains instance={instance} />
          <StagingCopy instance={instance} />
        </>
      )}
      {may("tenants:delete") && (wasReady || instance.state === "failed") && <Deletion instance={instance} />}
      <JobList instance={instance} />
      {may("audit:read") && <Trail instance={instance} />}
    </Sections>
  );
}
