import { Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { useTrail } from "./useInstance.ts";

/** Who did what to an instance, the newest first. */
export function Trail({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useTrail(instance.id);
  const entries = data?.pages.flatMap((page) => page.entries);
  return (
    <Section title={t("audit.title")}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {entries ? (
        <Stack component="ul" gap={4} p={0} m={0}>
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </Stack>
      ) : (
        !error && <Waiting height={120} />
      )}
      {hasNextPage && (
        <Group>
          <Button variant="default" size="xs" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("instances.more")}
          </Button>
        </Group>
      )}
    </Section>
  );
}

function Entry({ entry }: { readonly entry: Schemas["AuditEntry"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const { action, details } = entry;
  const kind = typeof details["kind"] === "string" ? details["kind"] : "";
  return (
    <Group component="li" justify="space-between" align="baseline" gap="xs">
      <Text>
        {t([`audit.actions.${action.replace(".", "-")}`, action], { kind: t([`jobs.kinds.${kind}`, kind]) })}
        {` · ${t(`audit.actors.${entry.actor}`)}`}
      </Text>
      <Text c="dimmed">{at(entry.at)}</Text>
    </Group>
  );
}
