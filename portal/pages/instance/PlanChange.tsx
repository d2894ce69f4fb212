import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { useMay } from "../login/me.ts";
import { priceOf } from "../order/plans.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { useLocale } from "../parts/useLanguage.ts";
import { useWrite } from "../parts/useWrite.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { useChanged, useJobs, useResizes } from "./useInstance.ts";

type Offer = Schemas["ResizeOffer"];

/** The plan of an instance, and what each other one would mean for it. */
export function PlanChange({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useResizes(instance.id, instance.plan);
  const mayChange = useMay()("orders:write");
  const current = data?.plans.find(({ isCurrent }) => isCurrent);
  return (
    <Section title={t("plan.title")}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting height={80} />}
      {current && <Current offer={current} />}
      {instance.nextPlan !== null && <UnderWay instance={instance} plan={instance.nextPlan} />}
      {mayChange && instance.deleteAt !== null && <Text c="dimmed">{t("stateReasons.deleting")}</Text>}
      {data?.plans
        // The way back from a change that isn't done is its own plan.
        .filter(
          ({ plan, isCurrent }) =>
            mayChange && instance.deleteAt === null && plan !== instance.nextPlan && (!isCurrent || instance.nextPlan),
        )
        .map((offer) => (
          <Change key={`${instance.plan} ${instance.nextPlan} ${offer.plan}`} instance={instance} offer={offer} />
        ))}
    </Section>
  );
}

/** The plan that it is on its way to, and whether the last try has failed. */
function UnderWay({ instance, plan }: { readonly instance: Schemas["Tenant"]; readonly plan: string }) {
  const { t } = useTranslation();
  const isBusy = instance.job !== null;
  const { data } = useJobs(instance.id, isBusy);
  const last = data?.jobs.find(({ kind }) => kind === "resize");
  const hasFailed = !isBusy && last?.state === "failed";
  return (
    <Text role="status" fw={700}>
      {t(plan === instance.plan ? "plan.goesBack" : "plan.onItsWay", { plan })}
      {hasFailed && ` ${t("plan.hasFailed")}`}
    </Text>
  );
}

/** Its own plan. */
function Current({ offer }: { readonly offer: Offer }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const is = t("plan.is", { plan: offer.plan, price: priceOf(offer, locale) });
  return <Text>{[is, ...useAsleep(offer)].join(" ")}</Text>;
}

/** What a plan costs outside of the hours of its tenant, where that is less. */
function useAsleep({ price, asleepPrice, currency }: Offer): string[] {
  const { t } = useTranslation();
  const locale = useLocale();
  return asleepPrice < price
    ? [t("plan.costsAsleep", { price: priceOf({ price: asleepPrice, currency }, locale) })]
    : [];
}

/** Brings it to another plan, once it was said what that means. */
function Change({ instance, offer }: { readonly instance: Schemas["Tenant"]; readonly offer: Offer }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const changed = useChanged();
  const { id, address } = instance;
  const { plan, hasRoom, isCurrent } = offer;
  const changing = useWrite(
    (_: void, params) =>
      answerOf(
        api.PUT("/api/v1/tenants/{id}/plan", {
          params: { ...params, path: { id } },
          body: { plan, isDowntimeAccepted: true },
        }),
      ),
    changed,
  );
  const away = useAway(offer, address);
  if (isCurrent) {
    return (
      <ConfirmByName
        act={t("plan.stay", { plan })}
        says={t("plan.staySays", { address, plan })}
        name={address}
        sending={changing}
      />
    );
  }
  const costs = [t("plan.costs", { plan, price: priceOf(offer, locale) }), ...useAsleep(offer)].join(" ");
  return (
    <Stack gap={4}>
      <Text>{costs}</Text>
      {hasRoom === false ? (
        <Text c="dimmed">{t("plan.noRoom")}</Text>
      ) : (
        <ConfirmByName
          act={t("plan.change", { plan })}
          says={[costs, away, t("plan.stays")].join(" ")}
          name={address}
          sending={changing}
        />
      )}
    </Stack>
  );
}

/** Whether and how long it is away. */
function useAway({ replaced, downtime }: Offer, address: string): string {
  const { t } = useTranslation();
  if (replaced !== null && replaced.every((part) => part === "backup" || part === "files")) {
    return t("plan.notAway", { address });
  }
  const before = downtime
    ? t(`plan.${downtime.basis}`, { seconds: downtime.seconds, count: downtime.of })
    : t("plan.unknown");
  return `${t("plan.away", { address })} ${before}`;
}
