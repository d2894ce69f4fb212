import { Box, Radio, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Joined } from "../parts/Joined.tsx";
import { useLocale } from "../parts/useLanguage.ts";
import { Choice, Choices, labelOf } from "./Choices.tsx";
import { type Plan, priceOf } from "./plans.ts";

interface PlanChoiceProps {
  readonly plans: readonly Plan[];
  readonly value: string;
  readonly onChange: (plan: string) => void;
}

/** Plans, with their prices, of which one is chosen, and what that one holds. */
export function PlanChoice({ plans, value, onChange }: PlanChoiceProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <Box>
      <Radio.Group label={labelOf(t("order.plan"), plans.length, 2)} value={value} onChange={onChange}>
        <Choices rows={1}>
          {plans.map((plan) => (
            <Choice key={plan.name}>
              <Radio
                value={plan.name}
                label={
                  <>
                    <Text component="span" inherit fw={600}>
                      <bdi>{plan.name}</bdi>
                    </Text>{" "}
                    <Text component="span" inherit display="block">
                      {t("order.aMonth", { price: priceOf(plan, locale) })}
                    </Text>
                  </>
                }
              />
            </Choice>
          ))}
        </Choices>
      </Radio.Group>
      {/* All in the same place, so that nothing below moves when another one is chosen. */}
      <Box mt={4} style={{ display: "grid" }}>
        {plans.map((plan) => (
          <Text
            key={plan.name}
            size="xs"
            c="dimmed"
            style={{ gridArea: "1 / 1", visibility: plan.name === value ? undefined : "hidden" }}
          >
            <Content plan={plan} />
          </Text>
        ))}
      </Box>
    </Box>
  );
}

/** What a plan holds, and what it costs less for. */
function Content({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const days = (count: number) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: "day", unitDisplay: "long" }).format(count);
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const { content, price, asleepPrice, trialDays } = plan;
  const parts = [
    ...(asleepPrice < price ? [t("order.asleep", { price: priceOf({ ...plan, price: asleepPrice }, locale) })] : []),
    ...(trialDays > 0 ? [t("order.trialDays", { count: trialDays })] : []),
  ];
  if (content) {
    const { users, memoryMiB, cpus, uploadMiB, backupEverySeconds, backupKeepDays, backupToMomentDays } = content;
    const { proofEverySeconds } = content;
    parts.push(
      ...(users === null ? [] : [t("order.users", { count: users })]),
      t("order.size", { memory: number.format(memoryMiB / 1024), cpus: number.format(cpus) }),
      t("order.upload", { size: number.format(uploadMiB) }),
      t("order.backups", {
        hours: number.format(backupEverySeconds / 3600),
        keep: days(backupKeepDays),
        moment: days(backupToMomentDays),
      }),
      ...(proofEverySeconds === undefined ? [] : [t("order.proofs", { days: days(proofEverySeconds / 86_400) })]),
    );
  }
  return <Joined parts={parts} />;
}
