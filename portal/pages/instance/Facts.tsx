import { Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { useSetTitles } from "../order/plans.ts";
import { Fact } from "../parts/Fact.tsx";
import { useList } from "../parts/useList.ts";
import { useMoments } from "../parts/useMoments.ts";
import { stateColour, useStateText } from "./useStateText.ts";
import { useSide } from "./side.ts";

/** What an instance is, and whether it runs. */
export function Facts({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const list = useList();
  const { isOperators } = useSide();
  const stateText = useStateText();
  const { url, plan, company, odooVersion, readyAt, suspensionReason, wokenAt, lifecycle } = instance;
  const sets = useSetTitles(instance.sets);
  const { changesAt, expiresAt, trialUntil } = lifecycle;
  return (
    <Stack gap="xs">
      <Text role="status" fw={700} className="state" data-state={stateColour(instance)}>
        {stateText(instance, isOperators)}
        {readyAt && changesAt && ` ${t("instance.until", { at: at(changesAt) })}`}
      </Text>
      {wokenAt !== null && <Text>{t("wake.since", { at: at(wokenAt), count: lifecycle.sleepAfter ?? 0 })}</Text>}
      {suspensionReason !== null && <Text>{t("instance.suspendedFor", { reason: suspensionReason })}</Text>}
      <Stack component="dl" gap={4} m={0}>
        <Fact name={t("instance.address")}>
          {url === null ? instance.address : <Anchor href={url}>{new URL(url).host}</Anchor>}
        </Fact>
        <Fact name={t("order.company")}>{company}</Fact>
        <Fact name={t("order.plan")}>{plan}</Fact>
        <Fact name={t("order.release")}>{odooVersion}</Fact>
        {sets.length > 0 && <Fact name={t("order.sets")}>{list(sets)}</Fact>}
        {trialUntil && <Fact name={t("instance.trialUntil")}>{at(trialUntil)}</Fact>}
        <Fact name={t("instance.expiresAt")}>{expiresAt === null ? t("instance.noEnd") : at(expiresAt)}</Fact>
      </Stack>
    </Stack>
  );
}
