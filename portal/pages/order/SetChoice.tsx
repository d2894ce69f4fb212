import { Box, Checkbox, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../parts/useLanguage.ts";
import { Choice, Choices, labelOf } from "./Choices.tsx";
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

/** Prepared sets of modules, of which none, one or several are chosen, and what these hold. */
export function SetChoice({ sets, value, onChange, fault }: SetChoiceProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const sorted = [...sets].sort((one, other) => one.title[language].localeCompare(other.title[language], language));
  const chosen = sorted.filter(({ name }) => value.includes(name));
  return (
    <Checkbox.Group
      label={labelOf(t("order.sets"), sets.length, 4)}
      value={[...value]}
      onChange={onChange}
      error={fault}
    >
      <Choices rows={sorted.length > 2 ? 2 : 1}>
        {sorted.map(({ name, title, picture }) => (
          <Choice key={name}>
            <Checkbox
              value={name}
              label={
                <Group component="span" gap={6} wrap="nowrap">
                  <SetPicture name={picture} />
                  <bdi>{title[language]}</bdi>
                </Group>
              }
            />
          </Choice>
        ))}
      </Choices>
      {/* The hint, then what is chosen, in the room of two lines. */}
      <Box mt={4} mih="2.8em" fz="xs" c="dimmed">
        {chosen.length === 0 && <Text inherit>{t("order.setsHint")}</Text>}
        {chosen.map(({ name, summary, modules }) => (
          <Text key={name} inherit>
            <bdi>{summary[language]}</bdi>
            {" · "}
            <bdi>{t("order.holds", { modules: modules.join(", "), count: modules.length })}</bdi>
          </Text>
        ))}
      </Box>
    </Checkbox.Group>
  );
}
