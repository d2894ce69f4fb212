import { Button, Group, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { JobItem } from "../instance/JobItem.tsx";
import { Failure } from "../parts/Failure.tsx";
import { useWrite } from "../parts/useWrite.ts";

interface OperatorJobProps {
  readonly job: Schemas["OperatorJob"];
  /** What is said beside its kind. */
  readonly about: string;
}

/** A job as operators see it: where its fault is written, and a button that has it done once more, or why there is none. */
export function OperatorJob({ job, about }: OperatorJobProps) {
  const { t } = useTranslation();
  const { failure, retryRefusal } = job;
  return (
    <JobItem
      job={job}
      about={about}
      failure={t(failure === "policy" ? "operator.byPolicy" : "operator.byFault", { id: job.id })}
    >
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
