import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { useCapacity } from "./useOverview.ts";

/** The portal's slots of each host, and who waits for one. */
export function Capacity() {
  const { t } = useTranslation();
  const { data, error, refetch } = useCapacity();
  return (
    <Section title={t("operator.capacity")}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {data ? (
        <>
          <Stack component="ul" gap={4} p={0} m={0}>
            {data.hosts.map(({ host, slots, taken }) => (
              <Group component="li" key={host} justify="space-between">
                <Text>{host}</Text>
                <Text>{t("operator.slots", { taken, slots })}</Text>
              </Group>
            ))}
          </Stack>
          <Text>{t("operator.waiting", { count: data.waiting })}</Text>
        </>
      ) : (
        !error && <Waiting height={60} />
      )}
    </Section>
  );
}
