import { Anchor, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import { answerOf, api, ApiError } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { NewWebhook } from "./NewWebhook.tsx";
import { Webhook } from "./Webhook.tsx";

/** More than can be made. */
const all = 50;

/** The customer's webhooks: programs of his that are told what happens to his instances. */
export function WebhooksPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["webhooks"],
    queryFn: () => answerOf(api.GET("/api/v1/webhooks", { params: { query: { limit: all } } })),
    refetchInterval: 10_000,
  });
  const isSignedOut = error instanceof ApiError && error.kind === "unauthorized";
  return (
    <Page title={t("webhooks.title")}>
      <Text>{t("webhooks.says")}</Text>
      {error && <Failure error={error} retry={isSignedOut ? undefined : () => void refetch()} />}
      {isSignedOut && (
        <Anchor component={Link} href={pagePaths.login}>
          {t("frame.signIn")}
        </Anchor>
      )}
      {data ? (
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
      ) : (
        !error && <Waiting height={300} />
      )}
    </Page>
  );
}
