import { useTranslation } from "react-i18next";
import { Page } from "../frame/Page.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { PlanList } from "./PlanList.tsx";
import { usePlans } from "./plans.ts";

/** What is sold. */
export function OrderPage() {
  const { t } = useTranslation();
  const plans = usePlans();
  return (
    <Page title={t("order.title")}>
      {plans.data ? (
        <PlanList plans={plans.data.plans} />
      ) : plans.error ? (
        <Failure error={plans.error} retry={() => void plans.refetch()} />
      ) : (
        <Waiting height={120} />
      )}
    </Page>
  );
}
