import { NativeSelect, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { priceOf } from "../order/plans.ts";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { useLocale } from "../parts/useLanguage.ts";
import { useMoments } from "../parts/useMoments.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { useUsage } from "./useInstance.ts";

/** Most months that are offered. */
const most = 13;

/** What an instance used in a month, by its plans: time awake, and what is stored. */
export function Usage({ instance: { id, readyAt } }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const months = monthsSince(readyAt!, new Date());
  const [month, setMonth] = useState(months[0]!);
  const { data, error, refetch } = useUsage(id, month);
  const name = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
  return (
    <Section title={t("usage.title")}>
      <NativeSelect
        label={t("usage.month")}
        description={t("usage.monthHint")}
        data={months.map((value) => ({ value, label: name.format(new Date(value)) }))}
        value={month}
        onChange={(event) => setMonth(event.currentTarget.value)}
      />
      {/* Its room is kept, so that what is below doesn't move under a click. */}
      <Stack gap={4} mih={150}>
        {error && <Failure error={error} retry={() => void refetch()} />}
        {data ? <Used usage={data} /> : !error && <Waiting height={120} />}
      </Stack>
    </Section>
  );
}

function Used({ usage: { counted, plans, savedSeconds, savedAmounts, stored } }: { readonly usage: Schemas["Usage"] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const at = useMoments();
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const hours = (seconds: number): string => number.format(seconds / 3600);
  const sizes = (now: number, ever: number): { size: string; highest: string } => ({
    size: number.format(now / 1024 ** 2),
    highest: number.format(ever / 1024 ** 2),
  });
  // GiB times hours.
  const saved = plans.reduce((sum, plan) => sum + ((plan.memoryMiB ?? 0) / 1024) * (plan.savedSeconds / 3600), 0);
  if (!counted) {
    return <Text>{t("usage.none")}</Text>;
  }
  return (
    <>
      {plans.map(({ plan, seconds, awakeSeconds, memoryMiB }) => (
        <Text key={plan}>
          {t("usage.plan", { plan, hours: hours(seconds), awake: hours(awakeSeconds) })}
          {memoryMiB !== null && ` ${t("usage.planMemory", { memory: number.format(memoryMiB) })}`}
        </Text>
      ))}
      <Text>
        {t("usage.saved", { hours: hours(savedSeconds) })}
        {saved > 0 && ` ${t("usage.savedMemory", { memory: number.format(saved) })}`}
        {savedAmounts
          .filter(({ amount }) => amount > 0)
          .map(
            ({ currency, amount }) =>
              ` ${t("usage.savedMoney", { price: priceOf({ price: amount, currency }, locale) })}`,
          )}
      </Text>
      {stored ? (
        <>
          <Text>{t("usage.database", sizes(stored.databaseBytes, stored.databaseHighestBytes))}</Text>
          <Text>{t("usage.files", sizes(stored.filesBytes, stored.filesHighestBytes))}</Text>
          {stored.memoryBytes !== null && (
            <Text>{t("usage.memory", sizes(stored.memoryBytes, stored.memoryHighestBytes ?? stored.memoryBytes))}</Text>
          )}
          <Text c="dimmed">{t("usage.readAt", { at: at(stored.readAt) })}</Text>
        </>
      ) : (
        <Text>{t("usage.unread")}</Text>
      )}
    </>
  );
}

/** Months in UTC since a moment, the newest first. */
function monthsSince(moment: string, now: Date): string[] {
  const count = now.getUTCFullYear() * 12 + now.getUTCMonth();
  return Array.from({ length: most }, (_, index) => {
    const month = count - index;
    return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
  }).filter((month, index) => index === 0 || month >= moment.slice(0, 7));
}
