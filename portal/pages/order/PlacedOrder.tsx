import { Alert, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLocale } from "../parts/useLanguage.ts";
import type { Placed } from "./placeOrder.ts";

/** What follows an order: the mail, and how many are before it when all places are taken. */
export function PlacedOrder({ placed, email }: { readonly placed: Placed; readonly email: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const told = useRef<HTMLDivElement>(null);
  // The form is gone, and its button with the focus.
  useEffect(() => told.current?.focus(), []);
  const until = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
  return (
    <Alert ref={told} tabIndex={-1} role="status" variant="outline" title={t("placed.title")}>
      <Stack gap="xs">
        <Text>{t("placed.text", { email, until: until.format(new Date(placed.confirmBy)) })}</Text>
        {placed.waitingBehind !== null && <Text>{t("placed.waiting", { count: placed.waitingBehind })}</Text>}
        <Text>{t("placed.nothing")}</Text>
      </Stack>
    </Alert>
  );
}
