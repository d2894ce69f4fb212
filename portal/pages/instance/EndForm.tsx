import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { useMay } from "../login/me.ts";
import { MomentForm } from "../parts/MomentForm.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { useChanged } from "./useInstance.ts";

/** Sets when an instance's time ends, extends it, or takes the end away. */
export function EndForm({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const { id, address, lifecycle } = instance;
  const mayChange = useMay()("tenants:write");
  const setting = useWrite(
    (expiresAt: string | null, params) =>
      answerOf(api.PUT("/api/v1/tenants/{id}/end", { params: { ...params, path: { id } }, body: { expiresAt } })),
    useChanged(),
  );
  return (
    <Section title={t("instance.end")}>
      <Text>
        {lifecycle.expiresAt === null ? t("instance.endNone") : t("instance.endIs", { at: at(lifecycle.expiresAt) })}
      </Text>
      {mayChange && (
        <MomentForm
          // What was typed is gone once it is set.
          key={lifecycle.expiresAt}
          current={lifecycle.expiresAt}
          name={address}
          label={t("instance.endLabel")}
          hint={t("instance.endHint")}
          set={t("instance.endSet")}
          remove={t("instance.endRemove")}
          says={(moment) => t("instance.endSays", { address, at: at(moment) })}
          sending={setting}
        />
      )}
    </Section>
  );
}
