import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { ChangeList } from "./ChangeList.tsx";
import { useChanges } from "./useInstance.ts";

/** When an instance starts and stops next, by the clock of who looks. */
export function NextChanges({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useChanges(instance.id);
  return (
    <Section title={t("instance.next")}>
      {/* Its room is kept, so that what is below doesn't move under a click. */}
      <Stack mih={160} gap="xs">
        {error && <Failure error={error} retry={() => void refetch()} />}
        {data ? (
          data.changes.length === 0 ? (
            <Text>{t("instance.noChange")}</Text>
          ) : (
            <ChangeList changes={data.changes} />
          )
        ) : (
          !error && <Waiting height={120} />
        )}
      </Stack>
    </Section>
  );
}
