import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { Section } from "../parts/Section.tsx";
import { LinkButton } from "./LinkButton.tsx";

/** Signs a customer in to his Odoo as its administrator, without a password: a link that works once is made, and led to. */
export function LogIn({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const { id, state, job } = instance;
  return (
    <Section title={t("passwords.logInTitle")}>
      <LinkButton
        says={t("passwords.logInSays")}
        act={t("passwords.logIn")}
        obstacle={
          job !== null ? t("stateReasons.busy") : state !== "running" ? t("passwords.logInNotRunning") : undefined
        }
        tenant={id}
        make={(params) =>
          answerOf(api.POST("/api/v1/tenants/{id}/login-links", { params: { ...params, path: { id } } }))
        }
      />
    </Section>
  );
}
