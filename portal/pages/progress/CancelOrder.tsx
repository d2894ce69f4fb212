import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type ApiError, newKey, type Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";

interface CancelOrderProps {
  readonly order: Schemas["Order"];
  readonly job: Schemas["Job"] | null;
}

/** Cancels an order that isn't over, after it was asked whether that is meant. */
export function CancelOrder({ order, job }: CancelOrderProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const cancelling = useMutation<unknown, ApiError>({
    mutationFn: () => {
      const header = { "Idempotency-Key": newKey() };
      return job
        ? answerOf(api.DELETE("/api/v1/jobs/{id}", { params: { header, path: { id: job.id } } }))
        : answerOf(api.DELETE("/api/v1/orders/{id}", { params: { header, path: { id: order.id } } }));
    },
    onSettled: async () => {
      setAsked(false);
      await queries.invalidateQueries();
    },
  });
  const canCancel = job
    ? (job.state === "queued" || job.state === "running") && !job.isCancelling
    : order.state === "unconfirmed" || order.state === "confirmed";
  if (!canCancel) {
    return null;
  }
  return (
    <Stack gap="xs">
      {isAsked ? (
        <>
          <Text>{t("progress.cancelSure", { address: order.address })}</Text>
          <Group>
            <Button color="red" autoFocus loading={cancelling.isPending} onClick={() => cancelling.mutate()}>
              {t("progress.cancelYes")}
            </Button>
            <Button variant="default" onClick={() => setAsked(false)}>
              {t("progress.cancelNo")}
            </Button>
          </Group>
        </>
      ) : (
        <Button variant="default" onClick={() => setAsked(true)}>
          {t("progress.cancel")}
        </Button>
      )}
      {cancelling.error && <Failure error={cancelling.error} />}
    </Stack>
  );
}
