import { Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { Apart } from "../parts/Apart.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { PhaseList } from "../progress/PhaseList.tsx";

interface JobItemProps {
  readonly job: Schemas["Job"];
  /** What is said beside its kind. */
  readonly about: ReactNode;
  /** What is said of its failure. */
  readonly failure: ReactNode;
  /** What can be done about it. */
  readonly children?: ReactNode;
}

/** A job in a list, with its phases. */
export function JobItem({ job, about, failure, children }: JobItemProps) {
  const { t } = useTranslation();
  const at = useMoments();
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Apart>
        <Text fw={700}>
          {t([`jobs.kinds.${job.kind}`, job.kind])}
          {t("frame.colon")}
          <bdi>{about}</bdi>
        </Text>
        <Text c="dimmed">{at(job.queuedAt)}</Text>
      </Apart>
      {job.position !== null && <Text>{t("progress.position", { count: job.position })}</Text>}
      {job.failure && <Text>{failure}</Text>}
      <PhaseList phases={job.phases} endedAt={job.endedAt} />
      {children}
    </Paper>
  );
}
