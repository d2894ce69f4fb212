import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api } from "../api.ts";
import { PagedList } from "../parts/PagedList.tsx";
import { Section } from "../parts/Section.tsx";
import { OperatorJob } from "./OperatorJob.tsx";

/** Jobs that wait or are under way, the newest first: whose, how far, since when, and how many are before those that wait. */
export function JobsUnderWay() {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ["operator", "jobsUnderWay"],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/operator/jobs", {
          params: { query: { unfinished: "true", limit: 20, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchInterval: 3000,
  });
  const jobs = query.data?.pages.flatMap((page) => page.jobs);
  return (
    <Section title={t("operator.jobsUnderWay")}>
      <PagedList query={query} items={jobs} gap="xs" height={60} none={<Text>{t("operator.noJobsUnderWay")}</Text>}>
        {(job) => <OperatorJob key={job.id} job={job} />}
      </PagedList>
    </Section>
  );
}
