import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api } from "../api.ts";
import { PagedList } from "../parts/PagedList.tsx";
import { Section } from "../parts/Section.tsx";
import { OperatorJob } from "./OperatorJob.tsx";

/** Jobs that failed and that nothing followed. */
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
        {(job) => <OperatorJob key={job.id} job={job} />}
      </PagedList>
    </Section>
  );
}
