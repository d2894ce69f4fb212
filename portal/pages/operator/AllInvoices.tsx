import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api } from "../api.ts";
import { InvoiceItem } from "../invoices/InvoiceItem.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Section } from "../parts/Section.tsx";

/** Invoices and credit notes with a line of a tenant, the newest first. */
export function AllInvoices({ tenant }: { readonly tenant: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ["operator", "invoices", tenant],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/operator/invoices", {
          params: { query: { limit: 10, tenant, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
  const invoices = query.data?.pages.flatMap((page) => page.invoices);
  return (
    <Section title={t("invoices.title")}>
      <PagedList query={query} items={invoices} gap="xs" height={60} none={<Text>{t("invoices.none")}</Text>}>
        {(invoice) => <InvoiceItem key={invoice.id} invoice={invoice} path="/api/v1/operator/invoices" />}
      </PagedList>
    </Section>
  );
}
