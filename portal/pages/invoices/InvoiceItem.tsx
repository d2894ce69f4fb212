import { Anchor, Paper, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ReactNode } from "react";
import { moneyText } from "../../src/pages/money.ts";
import type { Schemas } from "../api.ts";
import { Apart } from "../parts/Apart.tsx";
import { useLanguage, useLocale } from "../parts/useLanguage.ts";

interface InvoiceItemProps {
  readonly invoice: Schemas["Invoice"];
  /** What prints it: a customer's own, or operators'. */
  readonly path: string;
  /** What else there is of it. */
  readonly children?: ReactNode;
}

/** An invoice or a credit note in a list, to download. */
export function InvoiceItem({ invoice, path, children }: InvoiceItemProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const locale = useLocale();
  const {
    id,
    number,
    kind,
    month,
    currency,
    gross,
    issuedAt,
    dueAt,
    credits,
    creditedBy,
    payment,
    suspendsAt,
    deferredUntil,
  } = invoice;
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const monthName = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Apart>
        <Text fw={700}>{t(`invoices.kinds.${kind}`, { number })}</Text>
        <Text>{moneyText(locale, gross, currency)}</Text>
      </Apart>
      <Text>
        {t("invoices.of", { month: monthName.format(new Date(month)), day: day.format(new Date(issuedAt)) })}
        {dueAt &&
          (payment === "open" || payment === "overdue") &&
          ` ${t("invoices.due", { day: day.format(new Date(dueAt)) })}`}
      </Text>
      {payment === "overdue" && suspendsAt && (
        <Text fw={700}>
          {t(Date.parse(suspendsAt) > Date.now() ? "invoices.suspends" : "invoices.suspended", {
            day: day.format(new Date(suspendsAt)),
          })}
        </Text>
      )}
      {deferredUntil && <Text>{t("invoices.deferred", { day: day.format(new Date(deferredUntil)) })}</Text>}
      {credits && <Text>{t("invoices.credits", { number: credits })}</Text>}
      {creditedBy && <Text>{t("invoices.creditedBy", { number: creditedBy })}</Text>}
      <Anchor href={`${path}/${id}/pdf?language=${language === "fr" ? "fr" : "en"}`} download>
        {t("invoices.download", { number })}
      </Anchor>
      {children}
    </Paper>
  );
}
