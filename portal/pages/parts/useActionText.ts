import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";

/** Says what an entry of the audit trail did, in the language; by the API's own word where there is no text for it. @returns a function that does */
export function useActionText(): (entry: Pick<Schemas["AuditEntry"], "action" | "details">) => string {
  const { t } = useTranslation();
  return ({ action, details }) => {
    const name = action.replace(".", "-");
    const kind = typeof details["kind"] === "string" ? details["kind"] : "";
    return t([`audit.actions.${name}`, `operator.actions.${name}`, action], { kind: t([`jobs.kinds.${kind}`, kind]) });
  };
}
