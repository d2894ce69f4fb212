import { Button, Group } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { JobItem } from "../instance/JobItem.tsx";
import { Failure } from "../parts/Failure.tsx";
import { useWrite } from "../parts/useWrite.ts";

interface OperatorJobProps {
  readonly job: Schemas["Job"];
  /** What is said beside its kind. */
  readonly about: string;
  /** Whether it failed and nothing followed, so that it can be done once more. */
  readonly mayRetry: boolean;
}

/** A job as operators see it: where its fault is written, and a button that has it done once more. */
export function OperatorJob({ job, about, mayRetry }: OperatorJobProps) {
  const { t } = useTranslation();
  return (
    <JobItem
      job={job}
      about={about}
      failure={t(job.failure === "policy" ? "operator.byPolicy" : "operator.byFault", { id: job.id })}
    >
      {mayRetry && <Retry job={job} />}
    </JobItem>
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
