import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { useChanged } from "../instance/useInstance.ts";
import { MomentForm } from "../parts/MomentForm.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";

/** Gives a trial more time or less, or ends it and lets the tenant stay. */
export function TrialForm({ tenant }: { readonly tenant: Schemas["TenantInFull"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const { id, address, lifecycle } = tenant;
  const setting = useWrite(
    (trialUntil: string | null, params) =>
      answerOf(
        api.PUT("/api/v1/operator/tenants/{id}/trial", { params: { ...params, path: { id } }, body: { trialUntil } }),
      ),
    useChanged(),
  );
  if (lifecycle.trialUntil === null) {
    return null;
  }
  return (
    <Section title={t("operator.trial")}>
      <Text>{t("operator.trialIs", { at: at(lifecycle.trialUntil) })}</Text>
      <MomentForm
        // What was typed is gone once it is set.
        key={lifecycle.trialUntil}
        current={lifecycle.trialUntil}
        name={address}
        label={t("operator.trialLabel")}
        hint={t("instance.endHint")}
        set={t("instance.endSet")}
        remove={t("operator.trialStays")}
        removeSays={t("operator.trialStaysSays", { address })}
        says={(moment) => t("operator.trialSays", { address, at: at(moment) })}
        sending={setting}
      />
    </Section>
  );
}
