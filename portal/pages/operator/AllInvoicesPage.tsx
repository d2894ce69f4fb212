import { Anchor, Checkbox, Group, NativeSelect, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import { Page } from "../frame/Page.tsx";
import { useLocale } from "../parts/useLanguage.ts";
import { AllInvoices } from "./AllInvoices.tsx";

/** Months that can be chosen, this one and those before. */
const chosen = 24;

/** Months in UTC, as invoices have them, the newest first. */
function months(now: Date): string[] {
  return Array.from({ length: chosen }, (_, before) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - before)).toISOString().slice(0, 7),
  );
}

/** Invoices and credit notes of all customers, of any month or one, which is there as a table, too. */
export function AllInvoicesPage() {
  const { t } = useTranslation();
  const locale = useLocale();
  const [month, setMonth] = useState("");
  const [isOverdue, setOverdue] = useState(false);
  const named = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
  const nameOf = (one: string): string => named.format(new Date(one));
  return (
    <Page title={t("operator.allInvoices")}>
      <Anchor component={Link} href={pagePaths.operator}>
        {t("operator.title")}
      </Anchor>
      <Text>{t("operator.invoicesSay")}</Text>
      <Group align="end">
        <NativeSelect
          label={t("operator.month")}
          data={[
            { value: "", label: t("operator.anyMonth") },
            ...months(new Date()).map((one) => ({ value: one, label: nameOf(one) })),
          ]}
          value={month}
          onChange={(event) => setMonth(event.currentTarget.value)}
        />
        {month !== "" && (
          <Anchor href={`/api/v1/operator/invoices.csv?month=${month}`} download>
            {t("operator.csv", { month: nameOf(month) })}
          </Anchor>
        )}
      </Group>
      <Checkbox
        label={t("operator.overdueOnly")}
        checked={isOverdue}
        onChange={(event) => setOverdue(event.currentTarget.checked)}
      />
      <AllInvoices month={month} isOverdue={isOverdue} />
    </Page>
  );
}
