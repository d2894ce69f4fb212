import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useHistoryState } from "wouter/use-browser-location";
import { Page } from "../frame/Page.tsx";
import { useMe } from "../login/me.ts";
import { Failure } from "../parts/Failure.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { OrderForm } from "./OrderForm.tsx";
import { PlacedOrder } from "./PlacedOrder.tsx";
import type { Placed } from "./placeOrder.ts";
import { usePlans } from "./plans.ts";

/** Where an Odoo is ordered: with an account, or without. */
export function OrderPage() {
  const { t } = useTranslation();
  const plans = usePlans();
  const me = useMe();
  const error = plans.error ?? me.error;
  const placed = useHistoryState<{ readonly placed?: Placed } | null>()?.placed;
  if (placed) {
    return (
      <Page title={t("order.title")}>
        <PlacedOrder key={placed.order} placed={placed} />
      </Page>
    );
  }
  return (
    <Page title={t("order.title")}>
      {me.data?.team && !me.data.team.scopes.includes("orders:write") ? (
        <Text>{t("order.notYours")}</Text>
      ) : plans.data && me.data ? (
        <OrderForm sold={plans.data} isGuest={me.data.team === null} email={me.data.email ?? ""} />
      ) : error ? (
        <Failure error={error} retry={() => void Promise.all([plans.refetch(), me.refetch()])} />
      ) : (
        <Waiting height={480} />
      )}
    </Page>
  );
}
