import { Checkbox, SimpleGrid, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { Form } from "../parts/Form.tsx";
import { NewSecret } from "../parts/NewSecret.tsx";
import { Section } from "../parts/Section.tsx";
import { useWrite } from "../parts/useWrite.ts";
import { eventText, type EventType, eventTypes } from "./events.ts";
import { useWebhookSide } from "./side.ts";

/** Makes a webhook, and shows the secret that signs: then, and never again. */
export function NewWebhook() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { base, key } = useWebhookSide();
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState<EventType[]>([]);
  const making = useWrite(
    (body: Schemas["WebhookRequest"], params) => answerOf(api.POST(`${base}/webhooks`, { params, body })),
    () => {
      setUrl("");
      setEvents([]);
      return queries.invalidateQueries({ queryKey: key });
    },
  );
  const isUrlRefused = making.error?.fields.some(({ field }) => field === "url");
  return (
    <Section title={t("webhooks.new")}>
      {making.data && (
        <NewSecret
          key={making.data.webhook.id}
          title={t("webhooks.made")}
          secret={making.data.secret}
          lost={t("webhooks.lost")}
          hide={() => making.reset()}
        />
      )}
      <Form
        sending={{ ...making, mutate: () => making.mutate({ url: url.trim(), events }) }}
        submit={t("webhooks.make")}
        noValidate
        disabled={url.trim() === "" || events.length === 0}
      >
        <TextInput
          type="url"
          dir="ltr"
          label={t("webhooks.url")}
          description={t("webhooks.urlHint")}
          placeholder="https://"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={isUrlRefused && t("webhooks.urlRefused")}
          maxLength={2000}
          autoComplete="off"
          spellCheck={false}
          required
        />
        <Checkbox.Group label={t("webhooks.of")} value={events} onChange={(chosen) => setEvents(chosen)}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt={4}>
            {eventTypes.map((type) => (
              <Checkbox key={type} value={type} label={t(eventText(type))} description={type} />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
      </Form>
    </Section>
  );
}
