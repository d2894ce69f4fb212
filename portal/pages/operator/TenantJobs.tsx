import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { PagedList } from "../parts/PagedList.tsx";
import { Section } from "../parts/Section.tsx";
import { OperatorJob } from "./OperatorJob.tsx";
import { operatorSide } from "./operatorSide.ts";

/** Milliseconds between two looks, while something is done to it and otherwise. */
const [lookSoon, lookRarely] = [3000, 30_000];

/** All that was and is done to a tenant and its staging copy, the newest first, page by page. */
export function TenantJobs({ tenant: { id, job } }: { readonly tenant: Schemas["TenantInFull"] }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: [...operatorSide.key, id, "jobs"],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/operator/jobs", {
          params: { query: { tenant: id, limit: 10, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchInterval: job === null ? lookRarely : lookSoon,
  });
  const jobs = query.data?.pages.flatMap((page) => page.jobs);
  return (
    <Section title={t("instance.jobs")} isWide>
      <PagedList query={query} items={jobs} gap="xs" height={120} none={<Text>{t("instance.noJobs")}</Text>}>
        {(one) => <OperatorJob key={one.id} job={one} isAtHome />}
      </PagedList>
    </Section>
  );
}
