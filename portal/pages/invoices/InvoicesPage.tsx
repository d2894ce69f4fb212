import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api } from "../api.ts";
import { PagedList } from "../parts/PagedList.tsx";
import { QueriedPage } from "../parts/QueriedPage.tsx";
import { Cards } from "../payments/Cards.tsx";
import { Pay } from "../payments/Pay.tsx";
import { Section } from "../parts/Section.tsx";
import { useMay } from "../login/me.ts";
import { usePlans } from "../order/plans.ts";
import { useHash } from "../parts/useHash.ts";
import type { Schemas } from "../api.ts";
import { useLocale } from "../parts/useLanguage.ts";
import { Billing } from "./Billing.tsx";
import { InvoiceItem } from "./InvoiceItem.tsx";

/** Milliseconds between two looks for a payment that was just made, or a card that was just stored. */
const lookEvery = 3000;

/** The customer's invoices to download, the cards that they are charged to, and who is billed. */
export function InvoicesPage() {
  const { t } = useTranslation();
  // Where the payment service sends its customer back to; what was paid it tells by itself.
  const isBack = useHash() === "paid";
  const refetchInterval = isBack ? lookEvery : false;
  const query = useInfiniteQuery({
    queryKey: ["invoices"],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/invoices", { params: { query: { limit: 20, ...(pageParam && { cursor: pageParam }) } } }),
      ),
    refetchInterval,
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
  const invoices = query.data?.pages.flatMap((page) => page.invoices);
  return (
    <QueriedPage
      title={t("invoices.title")}
      says={t("invoices.says")}
      query={{ ...query, data: invoices }}
      height={600}
    >
      {(known) => (
        <>
          {isBack && <Text role="status">{t("payments.returned")}</Text>}
          <Section title={t("invoices.there")}>
            {/* What fails of it is said above. */}
            <PagedList
              query={{ ...query, error: null }}
              items={known}
              gap="xs"
              height={120}
              none={<Text>{t("invoices.none")}</Text>}
            >
              {(invoice) => (
                <InvoiceItem key={invoice.id} invoice={invoice} path="/api/v1/invoices">
                  <Payment invoice={invoice} />
                </InvoiceItem>
              )}
            </PagedList>
          </Section>
          <Cards refetchInterval={refetchInterval} />
          <Billing />
        </>
      )}
    </QueriedPage>
  );
}

/** What was paid of an invoice, or how it is paid here. */
function Payment({ invoice: { id, number, payment, paidAt } }: { readonly invoice: Schemas["Invoice"] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const plans = usePlans();
  const may = useMay();
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  switch (payment) {
    case "none":
      return null;
    case "open":
    case "overdue":
      return plans.data?.payment === "stripe" && may("invoices:write") ? (
        <Pay of={{ kind: "invoices", id }} label={t("payments.pay", { number })} />
      ) : null;
    case "paid":
      return <Text>{t("payments.paid", { day: day.format(new Date(paidAt!)) })}</Text>;
    case "refunding":
    case "refunded":
      return <Text>{t(`payments.${payment}`)}</Text>;
  }
}
