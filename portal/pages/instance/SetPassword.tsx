import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { Section } from "../parts/Section.tsx";
import { LinkButton } from "./LinkButton.tsx";

/** Lets a customer set the password of his Odoo's administrator, on a page of that Odoo: a link to it is made, and led to once it works. */
export function SetPassword({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const { id, state, job } = instance;
  return (
    <Section title={t("passwords.title")}>
      <LinkButton
        says={t("passwords.says")}
        act={t("passwords.set")}
        obstacle={job !== null ? t("stateReasons.busy") : state !== "running" ? t("passwords.notRunning") : undefined}
        tenant={id}
        make={(params) =>
          answerOf(api.POST("/api/v1/tenants/{id}/password-links", { params: { ...params, path: { id } } }))
        }
      />
    </Section>
  );
}
