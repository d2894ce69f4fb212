import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api } from "../api.ts";
import { InvoiceItem } from "../invoices/InvoiceItem.tsx";
import { Joined } from "../parts/Joined.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { useLocale } from "../parts/useLanguage.ts";
import { MoreTime } from "./MoreTime.tsx";
import { NotePayment } from "./NotePayment.tsx";
import { Credit } from "./Credit.tsx";

/** Which of them. */
interface AllInvoicesProps {
  /** Only those with a line of this tenant. */
  readonly tenant?: string;
  /** Only those of this month. */
  readonly month?: string;
  /** Only those that aren't paid and were due. */
  readonly isOverdue?: boolean;
}

/** Invoices and credit notes of all customers, the newest first, to download and to cancel. */
export function AllInvoices({ tenant, month, isOverdue = false }: AllInvoicesProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const query = useInfiniteQuery({
    queryKey: ["operator", "invoices", tenant, month, isOverdue],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/operator/invoices", {
          params: {
            query: {
              limit: 10,
              ...(tenant && { tenant }),
              ...(month && { month }),
              ...(isOverdue && { overdue: "true" as const }),
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
          <Text c="dimmed">
            <Joined parts={[invoice.buyer.name, invoice.customer]} />
          </Text>
          {invoice.kind === "invoice" && (
            <Text fw={invoice.payment === "overdue" ? 700 : undefined}>
              {t(`operator.payments.${invoice.payment}`, {
                day: invoice.paidAt && day.format(new Date(invoice.paidAt)),
              })}
            </Text>
          )}
          {(invoice.payment === "open" || invoice.payment === "overdue") && <NotePayment invoice={invoice} />}
          {invoice.suspendsAt && <MoreTime invoice={invoice} />}
          {invoice.kind === "invoice" && invoice.creditedBy === null && <Credit invoice={invoice} />}
        </InvoiceItem>
      )}
    </PagedList>
  );
}
