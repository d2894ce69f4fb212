import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { JobItem } from "./JobItem.tsx";
import { useJobs } from "./useInstance.ts";

/** What was and is done to an instance, the newest first, with its phases. */
export function JobList({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useJobs(instance.id, instance.job !== null);
  return (
    <Section title={t("instance.jobs")} isWide>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {data ? (
        data.jobs.length === 0 ? (
          <Text>{t("instance.noJobs")}</Text>
        ) : (
          <Stack component="ul" gap="xs" p={0} m={0}>
            {data.jobs.map((job) => (
              <Job key={job.id} job={job} />
            ))}
          </Stack>
        )
      ) : (
        !error && <Waiting height={150} />
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
