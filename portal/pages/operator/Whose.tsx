import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { priceOf } from "../order/plans.ts";
import { Fact } from "../parts/Fact.tsx";
import { Section } from "../parts/Section.tsx";
import { useLocale } from "../parts/useLanguage.ts";
import { useMoments } from "../parts/useMoments.ts";

/** Whose a tenant is, where it runs, since when, and what it costs. */
export function Whose({ tenant }: { readonly tenant: Schemas["TenantInFull"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const locale = useLocale();
  const { id, customer, team, host, slot, orderedAt, readyAt, suspendedAt, nextPlan, price } = tenant;
  return (
    <Section title={t("operator.whose")}>
      <Stack component="dl" gap={4} m={0}>
        <Fact name={t("operator.id")}>{id}</Fact>
        <Fact name={t("operator.place")}>{host === null ? t("operator.noPlace") : `${host} ${slot}`}</Fact>
        <Fact name={t("operator.customer")}>{customer}</Fact>
        <Fact name={t("operator.customerId")}>{team.id}</Fact>
        {team.members.map((member) => (
          <Fact key={member.id} name={t(`team.roles.${member.role}`)}>
            {member.email}
          </Fact>
        ))}
        <Fact name={t("operator.orderedAt")}>{at(orderedAt)}</Fact>
        {readyAt && <Fact name={t("operator.readyAt")}>{at(readyAt)}</Fact>}
        {suspendedAt && <Fact name={t("operator.suspendedAt")}>{at(suspendedAt)}</Fact>}
        {price && <Fact name={t("operator.price")}>{t("order.aMonth", { price: priceOf(price, locale) })}</Fact>}
        {price && price.asleepPrice !== price.price && (
          <Fact name={t("operator.asleepPrice")}>
            {t("order.aMonth", { price: priceOf({ price: price.asleepPrice, currency: price.currency }, locale) })}
          </Fact>
        )}
        {nextPlan && <Fact name={t("operator.nextPlan")}>{nextPlan}</Fact>}
      </Stack>
    </Section>
  );
}
