import { Paper, Radio, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLocale } from "../parts/useLanguage.ts";
import { type Plan, priceOf } from "./plans.ts";

interface PlanChoiceProps {
  readonly plans: readonly Plan[];
  readonly value: string;
  readonly onChange: (plan: string) => void;
}

/** Plans, with their prices, of which one is chosen. */
export function PlanChoice({ plans, value, onChange }: PlanChoiceProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <Radio.Group label={t("order.plan")} value={value} onChange={onChange}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt={4}>
        {plans.map((plan) => (
          <Paper key={plan.name} withBorder p="xs">
            <Radio
              value={plan.name}
              label={`${plan.name}: ${t("order.aMonth", { price: priceOf(plan, locale) })}`}
              description={
                <Stack component="span" gap={0}>
                  {plan.asleepPrice < plan.price && (
                    <Text inherit>
                      {t("order.asleep", { price: priceOf({ ...plan, price: plan.asleepPrice }, locale) })}
                    </Text>
                  )}
                  {plan.trialDays > 0 && <Text inherit>{t("order.trialDays", { count: plan.trialDays })}</Text>}
                  {plan.content && <Content content={plan.content} />}
                </Stack>
              }
            />
          </Paper>
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}

/** What a plan holds. */
function Content({ content }: { readonly content: NonNullable<Plan["content"]> }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const days = (count: number) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: "day", unitDisplay: "long" }).format(count);
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const { users, memoryMiB, cpus, uploadMiB, backupEverySeconds, backupKeepDays, backupToMomentDays } = content;
  const { proofEverySeconds } = content;
  return (
    <>
      {users !== null && <Text inherit>{t("order.users", { count: users })}</Text>}
      <Text inherit>{t("order.size", { memory: number.format(memoryMiB / 1024), cpus: number.format(cpus) })}</Text>
      <Text inherit>{t("order.upload", { size: number.format(uploadMiB) })}</Text>
      <Text inherit>
        {t("order.backups", {
          hours: number.format(backupEverySeconds / 3600),
          keep: days(backupKeepDays),
          moment: days(backupToMomentDays),
        })}
      </Text>
      {proofEverySeconds !== undefined && (
        <Text inherit>{t("order.proofs", { days: days(proofEverySeconds / 86_400) })}</Text>
      )}
    </>
  );
}
