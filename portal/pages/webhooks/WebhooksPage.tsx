import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api } from "../api.ts";
import { QueriedPage } from "../parts/QueriedPage.tsx";
import { Section } from "../parts/Section.tsx";
import { NewWebhook } from "./NewWebhook.tsx";
import { Webhook } from "./Webhook.tsx";
import { useWebhookSide } from "./side.ts";

/** More than can be made. */
const all = 50;

/** The customer's webhooks: programs of his that are told what happens to his instances; or the operators', of all. */
export function WebhooksPage() {
  const { t } = useTranslation();
  const { base, key, says } = useWebhookSide();
  const query = useQuery({
    queryKey: key,
    queryFn: () => answerOf(api.GET(`${base}/webhooks`, { params: { query: { limit: all } } })),
    refetchInterval: 10_000,
  });
  return (
    <QueriedPage title={t("webhooks.title")} says={t(says)} query={query}>
      {(data) => (
        <>
          <Section title={t("webhooks.there")}>
            {data.webhooks.length === 0 ? (
              <Text>{t("webhooks.none")}</Text>
            ) : (
              <Stack component="ul" gap="xs" p={0} m={0}>
                {data.webhooks.map((webhook) => (
                  <Webhook key={webhook.id} webhook={webhook} />
                ))}
              </Stack>
            )}
          </Section>
          <NewWebhook />
        </>
      )}
    </QueriedPage>
  );
}
