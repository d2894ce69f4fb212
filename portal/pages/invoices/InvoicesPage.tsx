import { Anchor, Group, Paper, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Section } from "../parts/Section.tsx";
import { Billing } from "./Billing.tsx";

/** The customer's invoices to download, and who is billed. */
export function InvoicesPage() {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ["invoices"],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/invoices", { params: { query: { limit: 20, ...(pageParam && { cursor: pageParam }) } } }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
  const invoices = query.data?.pages.flatMap((page) => page.invoices);
  return (
    <Page title={t("invoices.title")}>
      <Text>{t("invoices.says")}</Text>
      <Section title={t("invoices.there")}>
        <PagedList query={query} items={invoices} gap="xs" height={120} none={<Text>{t("invoices.none")}</Text>}>
          {(invoice) => <Invoice key={invoice.id} invoice={invoice} />}
        </PagedList>
      </Section>
      <Billing />
    </Page>
  );
}

function Invoice({ invoice }: { readonly invoice: Schemas["Invoice"] }) {
  const { t, i18n } = useTranslation();
  const { id, number, kind, month, currency, gross, issuedAt, dueAt, credits, creditedBy } = invoice;
  const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeZone: "UTC" });
  const monthName = new Intl.DateTimeFormat(i18n.language, { month: "long", year: "numeric", timeZone: "UTC" });
  const price = new Intl.NumberFormat(i18n.language, { style: "currency", currency });
  const digits = price.resolvedOptions().maximumFractionDigits ?? 2;
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Group justify="space-between">
        <Text fw={700}>{t(`invoices.kinds.${kind}`, { number })}</Text>
        <Text>{price.format(gross / 10 ** digits)}</Text>
      </Group>
      <Text>
        {t("invoices.of", { month: monthName.format(new Date(month)), day: day.format(new Date(issuedAt)) })}
        {dueAt && creditedBy === null && ` ${t("invoices.due", { day: day.format(new Date(dueAt)) })}`}
      </Text>
      {credits && <Text>{t("invoices.credits", { number: credits })}</Text>}
      {creditedBy && <Text>{t("invoices.creditedBy", { number: creditedBy })}</Text>}
      <Anchor href={`/api/v1/invoices/${id}/pdf?language=${i18n.language === "fr" ? "fr" : "en"}`} download>
        {t("invoices.download", { number })}
      </Anchor>
    </Paper>
  );
}
