import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { useLocale } from "../parts/useLanguage.ts";
import { ownZone } from "../parts/useMoments.ts";

/** Starts and stops, by the clock of who looks, whose zone is named. */
export function ChangeList({ changes }: { readonly changes: readonly Schemas["Change"][] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const format = new Intl.DateTimeFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  return (
    <>
      <Stack component="ul" gap={4} p={0} m={0}>
        {changes.map(({ at, state, reason }) => (
          <Text component="li" key={at} display="block">
            {format.format(new Date(at))}
            {t("frame.colon")}
            {t(state === "running" ? "instance.starts" : "instance.stops")}
            {(reason === "expired" || reason === "trialEnded") && ` (${t(`instance.reasons.${reason}`)})`}
          </Text>
        ))}
      </Stack>
      <Text size="sm" c="dimmed">
        {t("instance.zone", { zone: ownZone() })}
      </Text>
    </>
  );
}
