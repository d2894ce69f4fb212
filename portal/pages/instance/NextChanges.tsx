import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { ChangeList } from "./ChangeList.tsx";
import { useChanges } from "./useInstance.ts";

interface NextChangesProps {
  readonly instance: Schemas["Tenant"];
  /** Whether it takes all of a row. Default: another part may stand beside it. */
  readonly isWide?: boolean;
}

/** When an instance starts and stops next, by the clock of who looks. */
export function NextChanges({ instance, isWide = false }: NextChangesProps) {
  const { t } = useTranslation();
  const { data, error, refetch } = useChanges(instance.id);
  const { activeHours, expiresAt, trialUntil } = instance.lifecycle;
  const hasAny = activeHours.length > 0 || expiresAt !== null || trialUntil !== null;
  return (
    <Section title={t("instance.next")} isWide={isWide}>
      {/* Where there are some, their room is kept, so that what is below doesn't move under a click. */}
      <Stack mih={hasAny ? 160 : undefined} gap="xs">
        {error && <Failure error={error} retry={() => void refetch()} />}
        {data ? (
          data.changes.length === 0 ? (
            <Text>{t("instance.noChange")}</Text>
          ) : (
            <ChangeList changes={data.changes} />
          )
        ) : (
          !error && <Waiting height={hasAny ? 120 : 24} />
        )}
      </Stack>
    </Section>
  );
}
