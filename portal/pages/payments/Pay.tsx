import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { useWrite } from "../parts/useWrite.ts";

interface PayProps {
  /** What is paid, or what a card is stored for; undefined: another card is stored. */
  readonly of?: { readonly kind: "invoices" | "orders"; readonly id: string };
  readonly label: string;
}

/** Asks for a page of the payment service, waits until it is there, and goes there. Nothing of that service is loaded here. */
export function Pay({ of, label }: PayProps) {
  const { t } = useTranslation();
  const [checkout, setCheckout] = useState<string>();
  const asking = useWrite<undefined, { id: string }>(
    (_, header) => {
      if (!of) {
        return answerOf(api.POST("/api/v1/cards/checkouts", { params: header }));
      }
      const params = { ...header, path: { id: of.id } };
      return answerOf(
        of.kind === "invoices"
          ? api.POST("/api/v1/invoices/{id}/checkouts", { params })
          : api.POST("/api/v1/orders/{id}/checkouts", { params }),
      );
    },
    (asked) => {
      setCheckout(asked.id);
      return undefined;
    },
  );
  const { data, error, refetch } = useQuery({
    queryKey: ["checkout", checkout],
    queryFn: () => answerOf(api.GET("/api/v1/checkouts/{id}", { params: { path: { id: checkout! } } })),
    enabled: checkout !== undefined,
    refetchInterval: ({ state }) => (state.data === undefined || state.data.state === "asked" ? 1000 : false),
  });
  const url = data?.url;
  useEffect(() => {
    if (url) {
      location.assign(url);
    }
  }, [url]);
  const isOver = data?.state === "over" || data?.state === "refused";
  const isWaiting = checkout !== undefined && !isOver && !error;
  return (
    <Stack gap="xs">
      <Group>
        <Button onClick={() => asking.mutate(undefined)} loading={asking.isPending || isWaiting}>
          {label}
        </Button>
      </Group>
      {isWaiting && <Text role="status">{t(data?.isLate ? "payments.late" : "payments.opening")}</Text>}
      {isOver && (
        <Alert color="red" variant="outline" role="alert">
          {t(`payments.${data.state === "refused" ? "refused" : "over"}`)}
        </Alert>
      )}
      {asking.error && <Failure error={asking.error} />}
      {error && <Failure error={error} retry={() => void refetch()} />}
    </Stack>
  );
}
