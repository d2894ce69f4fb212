import { Paper, Radio, SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Plan, priceOf } from "./plans.ts";

interface PlanChoiceProps {
  readonly plans: readonly Plan[];
  readonly value: string;
  readonly onChange: (plan: string) => void;
}

/** Plans, with their prices, of which one is chosen. */
export function PlanChoice({ plans, value, onChange }: PlanChoiceProps) {
  const { t, i18n } = useTranslation();
  return (
    <Radio.Group label={t("order.plan")} value={value} onChange={onChange}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt={4}>
        {plans.map((plan) => (
          <Paper key={plan.name} withBorder p="xs">
            <Radio
              value={plan.name}
              label={`${plan.name}: ${t("order.aMonth", { price: priceOf(plan, i18n.language) })}`}
              description={plan.trialDays > 0 ? t("order.trialDays", { count: plan.trialDays }) : undefined}
            />
          </Paper>
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}
