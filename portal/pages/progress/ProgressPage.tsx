import { Alert, Box, Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useParams } from "wouter";
import { ApiError, type Schemas } from "../api.ts";
import { usePlans } from "../order/plans.ts";
import { UsualTime } from "../order/UsualTime.tsx";
import { useMay } from "../login/me.ts";
import { useInstance } from "../instance/useInstance.ts";
import { SetPassword } from "../instance/SetPassword.tsx";
import { useLocale } from "../parts/useLanguage.ts";
import { QueriedPage } from "../parts/QueriedPage.tsx";
import { Pay } from "../payments/Pay.tsx";
import { CancelOrder } from "./CancelOrder.tsx";
import { PhaseList } from "./PhaseList.tsx";
import { useMaking, useOrder } from "./useProgress.ts";

/** How far an order got, from its confirmation to the link into its Odoo. All of it is the portal's: a reload loses nothing. */
export function ProgressPage() {
  const { t } = useTranslation();
  const { id } = useParams<{ id: string }>();
  const order = useOrder(id);
  const { job, phases, isLost } = useMaking(order.data?.tenant);
  // Looked at again and again: what is done to it now keeps its button from working.
  const tenant = useInstance(order.data?.tenant ?? "", job.data?.state === "done");
  const plans = usePlans();
  const may = useMay();
  const url = tenant.data?.url;
  const made = job.data ?? null;
  const query = {
    data: order.data && job.data !== undefined ? order.data : undefined,
    // One that is deleted by now was made none the less.
    error: order.error ?? job.error ?? (isGone(tenant.error) ? null : tenant.error),
    refetch: () => Promise.all([order.refetch(), job.refetch(), ...(tenant.error ? [tenant.refetch()] : [])]),
  };
  return (
    <QueriedPage
      title={order.data ? t("progress.titleOf", { address: order.data.address }) : t("progress.title")}
      query={query}
      height={200}
    >
      {(known) => (
        <Stack>
          <Text role="status" fw={700}>
            <Standing order={known} job={made} />
          </Text>
          {/* Its room is kept until it is known: nothing below moves. */}
          {made?.kind === "create" && made.endedAt === null && (
            <Box mih="1.6em">{plans.data && <UsualTime sold={plans.data} modules={known.modules} />}</Box>
          )}
          {made && <PhaseList phases={phases} endedAt={made.endedAt} />}
          {known.payBy !== null && <WaitsForCard order={known.id} until={known.payBy} mayStore={may("orders:write")} />}
          {isLost && <Alert variant="outline">{t("progress.lost")}</Alert>}
          <Group>
            {url && (
              <Button component="a" href={url} variant="default">
                {t("progress.open")}
              </Button>
            )}
            {may("orders:write") && <CancelOrder order={known} job={made} />}
          </Group>
          {may("tenants:password") && tenant.data && url && <SetPassword instance={tenant.data} />}
        </Stack>
      )}
    </QueriedPage>
  );
}

const isGone = (error: Error | null): boolean => error instanceof ApiError && error.kind === "notFound";

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
