import { Alert, Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pagePaths, progressOf } from "../../src/pages/paths.ts";
import { answerOf, api } from "../api.ts";
import { Failure } from "../parts/Failure.tsx";
import { useLocale } from "../parts/useLanguage.ts";
import { useWrite } from "../parts/useWrite.ts";
import type { Placed } from "./placeOrder.ts";

/** What follows an order: the mail, which can be sent again, and how many are before it when all places are taken. */
export function PlacedOrder({ placed }: { readonly placed: Placed }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const told = useRef<HTMLDivElement>(null);
  // The form is gone, and its button with the focus.
  useEffect(() => told.current?.focus(), []);
  const until = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
  const { order, email, isGuest, confirmBy, waitingBehind } = placed;
  const resending = useWrite((_: void, params) =>
    answerOf(
      isGuest
        ? api.POST("/api/v1/guest-orders/confirmations", { params, body: { order, email } })
        : api.POST("/api/v1/orders/{id}/confirmations", { params: { ...params, path: { id: order } } }),
    ),
  );
  return (
    <Stack>
      <Alert ref={told} tabIndex={-1} role="status" variant="outline" title={t("placed.title")}>
        <Stack gap="xs">
          <Text>{t("placed.text", { email, until: until.format(new Date(confirmBy)) })}</Text>
          {waitingBehind !== null && <Text>{t("placed.waiting", { count: waitingBehind })}</Text>}
          <Text>{t("placed.nothing")}</Text>
        </Stack>
      </Alert>
      <Group>
        <Button variant="default" loading={resending.isPending} onClick={() => resending.mutate()}>
          {t("placed.resend")}
        </Button>
        {!isGuest && (
          <Anchor component={Link} href={progressOf(order)}>
            {t("placed.progress")}
          </Anchor>
        )}
        <Anchor component={Link} href={pagePaths.order}>
          {t("placed.again")}
        </Anchor>
      </Group>
      {/* Its room is kept. */}
      <Text role="status" mih="3.2em">
        {resending.isSuccess && t("placed.isResent")}
      </Text>
      {resending.error && <Failure error={resending.error} />}
    </Stack>
  );
}
