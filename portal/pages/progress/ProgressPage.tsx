import { Alert, Box, Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useParams } from "wouter";
import type { Schemas } from "../api.ts";
import { usePlans } from "../order/plans.ts";
import { UsualTime } from "../order/UsualTime.tsx";
import { Page } from "../frame/Page.tsx";
import { useMay } from "../login/me.ts";
import { Failure } from "../parts/Failure.tsx";
import { SetPassword } from "../instance/SetPassword.tsx";
import { useLocale } from "../parts/useLanguage.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { Pay } from "../payments/Pay.tsx";
import { CancelOrder } from "./CancelOrder.tsx";
import { PhaseList } from "./PhaseList.tsx";
import { useMaking, useOrder, useTenant } from "./useProgress.ts";

/** How far an order got, from its confirmation to the link into its Odoo. All of it is the portal's: a reload loses nothing. */
export function ProgressPage() {
  const { t } = useTranslation();
  const { id } = useParams<{ id: string }>();
  const order = useOrder(id);
  const { job, phases, isLost } = useMaking(order.data?.tenant);
  const tenant = useTenant(order.data?.tenant, job.data?.state === "done");
  const error = order.error ?? job.error ?? tenant.error;
  const plans = usePlans();
  const may = useMay();
  const url = tenant.data?.url;
  const made = job.data ?? null;
  return (
    <Page title={order.data ? `${t("progress.title")}: ${order.data.address}` : t("progress.title")}>
      {order.data && job.data !== undefined ? (
        <Stack>
          <Text role="status" fw={700}>
            <Standing order={order.data} job={made} />
          </Text>
          {/* Its room is kept until it is known: nothing below moves. */}
          {made?.kind === "create" && made.endedAt === null && (
            <Box mih="1.6em">{plans.data && <UsualTime sold={plans.data} modules={order.data.modules} />}</Box>
          )}
          {made && <PhaseList phases={phases} endedAt={made.endedAt} />}
          {order.data.payBy !== null && (
            <WaitsForCard order={order.data.id} until={order.data.payBy} mayStore={may("orders:write")} />
          )}
          {isLost && <Alert variant="outline">{t("progress.lost")}</Alert>}
          <Group>
            {url && (
              <Button component="a" href={url} variant="default">
                {t("progress.open")}
              </Button>
            )}
            {may("orders:write") && <CancelOrder order={order.data} job={made} />}
          </Group>
          {may("tenants:password") && tenant.data && url && <SetPassword instance={tenant.data} />}
        </Stack>
      ) : (
        !error && <Waiting height={200} />
      )}
      {error && <Failure error={error} retry={() => void Promise.all([order.refetch(), job.refetch()])} />}
    </Page>
  );
}

interface WaitsForCardProps {
  readonly order: string;
  readonly until: string;
  readonly mayStore: boolean;
}

/** What an order waits for that is paid by card, and the way there. */
function WaitsForCard({ order, until, mayStore }: WaitsForCardProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
  return (
    <>
      <Text>{t("payments.needed", { until: format.format(new Date(until)) })}</Text>
      {mayStore && <Pay of={{ kind: "orders", id: order }} label={t("payments.store")} />}
    </>
  );
}

/** Where an order stands, in a sentence. */
function Standing({ order, job }: { readonly order: Schemas["Order"]; readonly job: Schemas["Job"] | null }) {
  const { t } = useTranslation();
  if (job) {
    return t(
      job.isCancelling
        ? "progress.cancelling"
        : job.state === "queued"
          ? "progress.position"
          : (`progress.${job.state}` as const),
      { count: job.position ?? 0 },
    );
  }
  if (order.state !== "confirmed") {
    return t(`progress.${order.state}`);
  }
  if (order.payBy !== null) {
    return t("progress.waitingForCard");
  }
  return order.waitingBehind === null
    ? t("progress.starting")
    : t("progress.waitingBehind", { count: order.waitingBehind });
}
