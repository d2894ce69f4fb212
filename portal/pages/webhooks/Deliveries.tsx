import { Button, Group, Stack, Text } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { eventText } from "./events.ts";
import { useWebhookSide } from "./side.ts";

/** Milliseconds between two looks at what is delivered. */
const lookEvery = 5000;

/** What a webhook was told, the newest first, with the last try of each. */
export function Deliveries({ webhook: id }: { readonly webhook: string }) {
  const { t } = useTranslation();
  const { base, key } = useWebhookSide();
  const query = useInfiniteQuery({
    queryKey: [...key, id, "deliveries"],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET(`${base}/webhooks/{id}/deliveries`, {
          params: { path: { id }, query: { limit: 10, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchInterval: lookEvery,
  });
  const deliveries = query.data?.pages.flatMap((page) => page.deliveries);
  return (
    <PagedList query={query} items={deliveries} gap="xs" height={80} none={<Text>{t("webhooks.toldNothing")}</Text>}>
      {(delivery) => <Delivery key={delivery.id} delivery={delivery} />}
    </PagedList>
  );
}

function Delivery({ delivery }: { readonly delivery: Schemas["WebhookDelivery"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const queries = useQueryClient();
  const { base, key } = useWebhookSide();
  const { id, webhook, type, state, createdAt, nextTryAt, attempts } = delivery;
  const again = useWrite(
    (_: void, params) =>
      answerOf(api.POST(`${base}/webhook-deliveries/{id}/redeliver`, { params: { ...params, path: { id } } })),
    () => queries.invalidateQueries({ queryKey: [...key, webhook, "deliveries"] }),
  );
  const last = attempts.at(-1);
  return (
    <Stack component="li" gap={4} display="flex">
      <Group justify="space-between" gap="xs">
        <Text>
          {t([eventText(type), type])}: {t(`webhooks.states.${state}`)}
        </Text>
        <Text c="dimmed">{at(createdAt)}</Text>
      </Group>
      {last && (
        <Text c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {t("webhooks.tries", { count: attempts.length })} <bdi>{last.fault ?? t("webhooks.answered", last)}</bdi>
        </Text>
      )}
      {nextTryAt && last && <Text c="dimmed">{t("webhooks.nextTry", { at: at(nextTryAt) })}</Text>}
      {again.error && <Failure error={again.error} />}
      {state !== "pending" && (
        <Group>
          <Button variant="default" size="xs" loading={again.isPending} onClick={() => again.mutate()}>
            {t("webhooks.again")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
