import { Checkbox, Group, Paper, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../parts/useLanguage.ts";
import type { ModuleSet } from "./plans.ts";
import { SetPicture } from "./SetPicture.tsx";

interface SetChoiceProps {
  readonly sets: readonly ModuleSet[];
  /** Names of those that are chosen. */
  readonly value: readonly string[];
  readonly onChange: (sets: string[]) => void;
  /** What the order was refused for. */
  readonly fault: string | undefined;
}

/** Prepared sets of modules, of which none, one or several are chosen. */
export function SetChoice({ sets, value, onChange, fault }: SetChoiceProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const sorted = [...sets].sort((one, other) => one.title[language].localeCompare(other.title[language], language));
  return (
    <Checkbox.Group
      label={t("order.sets")}
      description={t("order.setsHint")}
      value={[...value]}
      onChange={onChange}
      error={fault}
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt={4}>
        {sorted.map(({ name, title, summary, picture, modules }) => (
          <Paper key={name} withBorder p="xs">
            <Checkbox
              value={name}
              label={
                <Group component="span" gap="xs" wrap="nowrap">
                  <SetPicture name={picture} />
                  <bdi>{title[language]}</bdi>
                </Group>
              }
              description={
                <Stack component="span" gap={0}>
                  <Text inherit>
                    <bdi>{summary[language]}</bdi>
                  </Text>
                  <Text inherit>{t("order.holds", { modules: modules.join(", "), count: modules.length })}</Text>
                </Stack>
              }
            />
          </Paper>
        ))}
      </SimpleGrid>
    </Checkbox.Group>
  );
}
