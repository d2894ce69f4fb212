import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { JobItem } from "./JobItem.tsx";
import { useJobs } from "./useInstance.ts";

interface JobListProps {
  readonly instance: Schemas["Tenant"];
  /** Shows one; by default as its customer sees it. */
  readonly item?: (job: Schemas["Job"], isNewest: boolean) => ReactNode;
}

/** What was and is done to an instance, the newest first, with its phases. */
export function JobList({ instance, item = (job) => <Job key={job.id} job={job} /> }: JobListProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = useJobs(instance.id, instance.job !== null);
  return (
    <Section title={t("instance.jobs")}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {data ? (
        data.jobs.length === 0 ? (
          <Text>{t("instance.noJobs")}</Text>
        ) : (
          <Stack component="ul" gap="xs" p={0} m={0}>
            {data.jobs.map((job, index) => item(job, index === 0))}
          </Stack>
        )
      ) : (
        !error && <Waiting height={120} />
      )}
    </Section>
  );
}

function Job({ job }: { readonly job: Schemas["Job"] }) {
  const { t } = useTranslation();
  return (
    <JobItem job={job} about={t(`jobs.states.${job.state}`)} failure={t(`jobs.failures.${job.failure ?? "fault"}`)} />
  );
}
