import { Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { Waiting } from "../parts/Waiting.tsx";

/** The portal's slots of each host, and who waits for one. */
export function Capacity() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["operator", "capacity"],
    queryFn: () => answerOf(api.GET("/api/v1/operator/capacity")),
    refetchInterval: 10_000,
  });
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
