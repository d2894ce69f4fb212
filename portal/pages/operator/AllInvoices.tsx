import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api } from "../api.ts";
import { InvoiceItem } from "../invoices/InvoiceItem.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Credit } from "./Credit.tsx";

/** Which of them. */
interface AllInvoicesProps {
  /** Only those with a line of this tenant. */
  readonly tenant?: string;
  /** Only those of this month. */
  readonly month?: string;
}

/** Invoices and credit notes of all customers, the newest first, to download and to cancel. */
export function AllInvoices({ tenant, month }: AllInvoicesProps) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ["operator", "invoices", tenant, month],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/operator/invoices", {
          params: {
            query: {
              limit: 10,
              ...(tenant && { tenant }),
              ...(month && { month }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
  const invoices = query.data?.pages.flatMap((page) => page.invoices);
  return (
    <PagedList query={query} items={invoices} gap="xs" height={60} none={<Text>{t("invoices.none")}</Text>}>
      {(invoice) => (
        <InvoiceItem key={invoice.id} invoice={invoice} path="/api/v1/operator/invoices">
          <Text c="dimmed">{[invoice.buyer.name, invoice.customer].join(" · ")}</Text>
          {invoice.kind === "invoice" && invoice.creditedBy === null && <Credit invoice={invoice} />}
        </InvoiceItem>
      )}
    </PagedList>
  );
}
