import { Anchor, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import { ApiError, type Schemas } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { useMay } from "../login/me.ts";
import { Failure } from "../parts/Failure.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { Backups } from "./Backups.tsx";
import { Deletion } from "./Deletion.tsx";
import { Domains } from "./Domains.tsx";
import { EndForm } from "./EndForm.tsx";
import { Exports } from "./Exports.tsx";
import { Facts } from "./Facts.tsx";
import { JobList } from "./JobList.tsx";
import { LogIn } from "./LogIn.tsx";
import { NextChanges } from "./NextChanges.tsx";
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
  const { data, error, refetch } = useInstance(id);
  const isSignedOut = error instanceof ApiError && error.kind === "unauthorized";
  return (
    <Page title={data?.address ?? t("instance.title")}>
      {error && <Failure error={error} retry={isSignedOut ? undefined : () => void refetch()} />}
      {isSignedOut && (
        <Anchor component={Link} href={pagePaths.login}>
          {t("frame.signIn")}
        </Anchor>
      )}
      {data ? <Instance instance={data} /> : !error && <Waiting height={600} />}
    </Page>
  );
}

function Instance({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const may = useMay();
  useFreshAfterJobs(instance);
  const wasReady = instance.readyAt !== null;
  return (
    <Stack gap="lg">
      <Facts instance={instance} />
      {wasReady && (
        <>
          {may("tenants:write") && <RunControls instance={instance} />}
          {may("tenants:password") && <LogIn instance={instance} />}
          {may("tenants:password") && <SetPassword instance={instance} />}
          <NextChanges instance={instance} />
          <Schedule instance={instance} />
          <Wake instance={instance} />
          <EndForm instance={instance} />
          <PlanChange instance={instance} />
          <Usage instance={instance} />
          <Backups instance={instance} />
          <Domains instance={instance} />
          <StagingCopy instance={instance} />
          <Exports instance={instance} />
        </>
      )}
      {may("tenants:delete") && (wasReady || instance.state === "failed") && <Deletion instance={instance} />}
      <JobList instance={instance} />
      {may("audit:read") && <Trail instance={instance} />}
    </Stack>
  );
}
