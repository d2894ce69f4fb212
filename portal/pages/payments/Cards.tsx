import { Paper, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { useMay } from "../login/me.ts";
import { usePlans } from "../order/plans.ts";
import { Apart } from "../parts/Apart.tsx";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { useLocale } from "../parts/useLanguage.ts";
import { useWrite } from "../parts/useWrite.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { Pay } from "./Pay.tsx";

/** The cards that a customer's invoices are charged to, where that is how he pays. @param refetchInterval milliseconds between two looks; false: one is enough. */
export function Cards({ refetchInterval }: { readonly refetchInterval: number | false }) {
  const { t } = useTranslation();
  const may = useMay();
  const isThere = usePlans().data?.payment === "stripe";
  const { data, error, refetch } = useQuery({
    queryKey: ["cards"],
    queryFn: () => answerOf(api.GET("/api/v1/cards")),
    enabled: isThere,
    refetchInterval,
  });
  if (!isThere) {
    return null;
  }
  return (
    <Section title={t("payments.cards")}>
      <Text>{t("payments.cardsSay")}</Text>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting height={60} />}
      {data?.cards.length === 0 && <Text>{t("payments.noCard")}</Text>}
      {data && data.cards.length > 0 && (
        <Stack component="ul" gap="xs" p={0} m={0}>
          {data.cards.map((card, place) => (
            <Card key={card.id} card={card} isCharged={place === 0} />
          ))}
        </Stack>
      )}
      {data && may("invoices:write") && <Pay label={t("payments.storeOther")} />}
    </Section>
  );
}

function Card({ card, isCharged }: { readonly card: Schemas["Card"]; readonly isCharged: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const queries = useQueryClient();
  const may = useMay();
  const { id, name, last4, expires } = card;
  const month = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
  const removing = useWrite(
    (_: void, params) => answerOf(api.DELETE("/api/v1/cards/{id}", { params: { ...params, path: { id } } })),
    (answer) => {
      queries.setQueryData(["cards"], answer);
      return undefined;
    },
  );
  const title = last4 === null ? name : t("payments.card", { name, last4 });
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Stack gap="xs">
        <Apart>
          <Text fw={700}>{title}</Text>
          {expires && <Text>{t("payments.until", { month: month.format(new Date(expires)) })}</Text>}
        </Apart>
        {isCharged && <Text>{t("payments.charged")}</Text>}
        {may("invoices:write") && (
          <ConfirmByName
            act={t("payments.remove")}
            label={t("payments.removeOf", { card: title })}
            says={t("payments.removeSays")}
            name={last4 ?? name}
            sending={removing}
          />
        )}
      </Stack>
    </Paper>
  );
}
