import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";

/** Says what an instance is and, once it was ready, why. @returns a function that does */
export function useStateText(): (
  instance: Pick<Schemas["Tenant"], "state" | "readyAt" | "lifecycle">,
  isOperators: boolean,
) => string {
  const { t } = useTranslation();
  return ({ state, readyAt, lifecycle: { reason } }, isOperators) => {
    const what = t([`instances.states.${state}`, state]);
    const why = t([...(isOperators ? [`operator.reasons.${reason}`] : []), `instance.reasons.${reason}`, reason]);
    return readyAt === null ? what : t("instance.stateIs", { state: what, reason: why });
  };
}
