import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { useJobs } from "./useInstance.ts";

/** What is done to an instance now: its kind, and how far it is. Its room is kept while nothing is, so that nothing below moves when something begins. */
export function CurrentJob({ instance: { id, job } }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const { data } = useJobs(id, job !== null);
  const current = data?.jobs.find((one) => one.id === job);
  const phase = current?.phases.at(-1)?.phase;
  const parts = current && [
    t([`jobs.kinds.${current.kind}`, current.kind]),
    ...(current.position !== null
      ? [t("progress.position", { count: current.position })]
      : phase === undefined
        ? []
        : [t([`phases.${phase}`, phase])]),
  ];
  return (
    <Text role="status" mih="1.6em">
      {parts?.join(" · ")}
    </Text>
  );
}
