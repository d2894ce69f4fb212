import { Group, Loader, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { useLocale } from "../parts/useLanguage.ts";

interface PhaseListProps {
  readonly phases: readonly Schemas["Phase"][];
  /** When it was over; null while it goes on. */
  readonly endedAt: string | null;
}

/** What was done, and for how long; the last one goes on until the end. */
export function PhaseList({ phases, endedAt }: PhaseListProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow(endedAt === null);
  return (
    <Stack component="ol" gap={4} p={0} m={0} aria-label={t("progress.steps")}>
      {phases.map(({ id, phase, at }, index) => {
        const isCurrent = index === phases.length - 1 && endedAt === null;
        const end = phases[index + 1]?.at ?? endedAt;
        const seconds = Math.max(0, ((end === null ? now : Date.parse(end)) - Date.parse(at)) / 1000);
        const digits = isCurrent ? 0 : 1;
        const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
        const shown = new Intl.NumberFormat(locale, format).format(seconds);
        return (
          <Group component="li" key={id} justify="space-between" wrap="nowrap">
            <Group gap="xs" wrap="nowrap">
              <Text fw={isCurrent ? 700 : undefined}>{t([`phases.${phase}`, phase])}</Text>
              {isCurrent && <Loader size="xs" aria-hidden />}
            </Group>
            <Text c="dimmed">{t("progress.seconds", { seconds: shown })}</Text>
          </Group>
        );
      })}
    </Stack>
  );
}

/** The time, each second while it is needed. */
function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (isRunning) {
      const timer = setInterval(() => setNow(Date.now()), 1000);
      return () => clearInterval(timer);
    }
    return undefined;
  }, [isRunning]);
  return now;
}
