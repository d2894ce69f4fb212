import { Group, SimpleGrid, Paper, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Plan } from "./plans.ts";
import { priceOf } from "./plans.ts";

/** Plans, with their prices and what they hold. */
export function PlanList({ plans }: { readonly plans: readonly Plan[] }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      {plans.map((plan) => (
        <Paper key={plan.name} withBorder p="sm">
          <PlanText plan={plan} />
        </Paper>
      ))}
    </SimpleGrid>
  );
}

function PlanText({ plan }: { readonly plan: Plan }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <Group justify="space-between">
        <Text fw={700}>{plan.name}</Text>
        <Text>{t("order.aMonth", { price: priceOf(plan, i18n.language) })}</Text>
      </Group>
      {plan.trialDays > 0 && (
        <Text size="sm" c="dimmed">
          {t("order.trialDays", { count: plan.trialDays })}
        </Text>
      )}
    </>
  );
}
