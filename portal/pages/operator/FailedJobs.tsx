import { Button, Group, Paper, Text } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { PhaseList } from "../progress/PhaseList.tsx";

/** Jobs that failed and that nothing followed, each of which can be tried again. */
export function FailedJobs() {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ["operator", "failedJobs"],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/operator/failed-jobs", {
          params: { query: { limit: 20, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchInterval: 10_000,
  });
  const jobs = query.data?.pages.flatMap((page) => page.jobs);
  return (
    <Section title={t("operator.failedJobs")}>
      <PagedList query={query} items={jobs} gap={"xs"} height={120} none={<Text>{t("operator.noFailedJobs")}</Text>}>
        {(job) => <FailedJob key={job.id} job={job} />}
      </PagedList>
    </Section>
  );
}

function FailedJob({ job }: { readonly job: Schemas["Job"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const queries = useQueryClient();
  const { id, kind, tenant, failure, endedAt, phases } = job;
  const retrying = useWrite(
    (_: void, params) =>
      answerOf(api.POST("/api/v1/operator/jobs/{id}/retries", { params: { ...params, path: { id } } })),
    () => queries.invalidateQueries({ queryKey: ["operator"] }),
  );
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Group justify="space-between">
        <Text fw={700}>
          {t([`jobs.kinds.${kind}`, kind])}: {tenant}
        </Text>
        {endedAt && <Text c="dimmed">{at(endedAt)}</Text>}
      </Group>
      <Text>{t(failure === "policy" ? "operator.byPolicy" : "operator.byFault", { id })}</Text>
      <PhaseList phases={phases} endedAt={endedAt} />
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
    </Paper>
  );
}
