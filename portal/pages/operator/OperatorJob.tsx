import { Anchor, Button, Group, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { operatorTenantOf } from "../../src/pages/paths.ts";
import { answerOf, api, type Schemas } from "../api.ts";
import { JobItem } from "../instance/JobItem.tsx";
import { Failure } from "../parts/Failure.tsx";
import { ShownOnce } from "../parts/ShownOnce.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";

interface OperatorJobProps {
  readonly job: Schemas["OperatorJob"];
  /** Whether it is on the page of its tenant: then its state stands beside its kind, and otherwise whose it is. */
  readonly isAtHome?: boolean;
}

/** A job as operators see it: where its fault is written, and a button that has it done once more, or why there is none. */
export function OperatorJob({ job, isAtHome = false }: OperatorJobProps) {
  const { t } = useTranslation();
  const at = useMoments();
  const { failure, fault, retryRefusal, state, startedAt } = job;
  return (
    <JobItem
      job={job}
      about={isAtHome ? t(`jobs.states.${state}`) : <TenantLink job={job} />}
      failure={t(failure === "policy" ? "operator.byPolicy" : "operator.byFault", { id: job.id })}
    >
      {state === "running" && startedAt && <Text c="dimmed">{t("operator.begunAt", { at: at(startedAt) })}</Text>}
      {fault !== null && (
        <details>
          <summary>{t("operator.fault")}</summary>
          <ShownOnce text={fault} />
        </details>
      )}
      {retryRefusal === null ? (
        <Retry job={job} />
      ) : (
        // What is over, or was followed, says so by itself.
        retryRefusal !== "notFailed" &&
        retryRefusal !== "followed" && <Text c="dimmed">{t(`operator.noRetry.${retryRefusal}`)}</Text>
      )}
    </JobItem>
  );
}

/** Whose a job is: with a link, as long as there is a page of it. */
function TenantLink({ job: { address, tenant, isGone } }: Pick<OperatorJobProps, "job">) {
  return isGone ? (
    address
  ) : (
    <Anchor component={Link} href={operatorTenantOf(tenant)}>
      {address}
    </Anchor>
  );
}

function Retry({ job: { id, tenant } }: Pick<OperatorJobProps, "job">) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const retrying = useWrite(
    (_: void, params) =>
      answerOf(api.POST("/api/v1/operator/jobs/{id}/retries", { params: { ...params, path: { id } } })),
    () => queries.invalidateQueries({ queryKey: ["operator"] }),
  );
  return (
    <>
      <Group mt="xs">
        <Button
          variant="default"
          size="xs"
          loading={retrying.isPending}
          onClick={() => retrying.mutate()}
          aria-label={t("operator.retryOf", { tenant })}
        >
          {t("operator.retry")}
        </Button>
      </Group>
      {retrying.error && <Failure error={retrying.error} />}
    </>
  );
}
