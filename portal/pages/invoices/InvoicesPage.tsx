import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Section } from "../parts/Section.tsx";
import { Billing } from "./Billing.tsx";
import { InvoiceItem } from "./InvoiceItem.tsx";

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
          {(invoice) => <InvoiceItem key={invoice.id} invoice={invoice} path="/api/v1/invoices" />}
        </PagedList>
      </Section>
      <Billing />
    </Page>
  );
}
