import { Alert, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { NewSecret } from "../parts/NewSecret.tsx";
import { useList } from "../parts/useList.ts";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { Deliveries } from "./Deliveries.tsx";
import { eventText } from "./events.ts";
import { useWebhookSide } from "./side.ts";

/** One webhook: who is told, of what, whether that works, and what can be done about it. */
export function Webhook({ webhook }: { readonly webhook: Schemas["Webhook"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const list = useList();
  const queries = useQueryClient();
  const { base, key } = useWebhookSide();
  const [isOpen, setOpen] = useState(false);
  const { id, url, events, failingSince, disabledAt, disabledWhy, formerSecretEndsAt } = webhook;
  const { host } = new URL(url);
  const changed = () => queries.invalidateQueries({ queryKey: key });
  const path = { id };
  const enabling = useWrite(
    (_: void, params) => answerOf(api.POST(`${base}/webhooks/{id}/enable`, { params: { ...params, path } })),
    changed,
  );
  const testing = useWrite(
    (_: void, params) => answerOf(api.POST(`${base}/webhooks/{id}/test`, { params: { ...params, path } })),
    () => {
      setOpen(true);
      return changed();
    },
  );
  const rotating = useWrite(
    (body: Schemas["SecretRotation"], params) =>
      answerOf(api.POST(`${base}/webhooks/{id}/secrets`, { params: { ...params, path }, body })),
    changed,
  );
  const removing = useWrite(
    (_: void, params) => answerOf(api.DELETE(`${base}/webhooks/{id}`, { params: { ...params, path } })),
    changed,
  );
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Stack gap="xs">
        <Text fw={700} style={{ overflowWrap: "anywhere" }}>
          <bdi>{url}</bdi>
        </Text>
        <Text>{list(events.map((type) => t([eventText(type), type])))}</Text>
        {disabledAt ? (
          <Alert color="red" variant="outline" role="status">
            {t(`webhooks.disabled.${disabledWhy ?? "failing"}`, { at: at(disabledAt) })}
          </Alert>
        ) : (
          failingSince && <Text>{t("webhooks.failing", { at: at(failingSince) })}</Text>
        )}
        {formerSecretEndsAt && <Text>{t("webhooks.former", { at: at(formerSecretEndsAt) })}</Text>}
        {rotating.data && (
          <NewSecret
            key={rotating.data.webhook.formerSecretEndsAt}
            title={t("webhooks.rotated", { host })}
            secret={rotating.data.secret}
            lost={t("webhooks.lost")}
            hide={() => rotating.reset()}
          />
        )}
        {[enabling, testing, rotating].map(({ error }, index) => error && <Failure key={index} error={error} />)}
        <Group gap="xs">
          {disabledAt ? (
            <Button variant="default" loading={enabling.isPending} onClick={() => enabling.mutate()}>
              {t("webhooks.enable")}
            </Button>
          ) : (
            <Button variant="default" loading={testing.isPending} onClick={() => testing.mutate()}>
              {t("webhooks.test")}
            </Button>
          )}
          <Button variant="default" loading={rotating.isPending} onClick={() => rotating.mutate({ formerHours: 24 })}>
            {t("webhooks.rotate")}
          </Button>
          <Button variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {t("webhooks.told")}
          </Button>
        </Group>
        {isOpen && <Deliveries webhook={id} />}
        <ConfirmByName act={t("webhooks.remove")} says={t("webhooks.removeSays")} name={host} sending={removing} />
      </Stack>
    </Paper>
  );
}
