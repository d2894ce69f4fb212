import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";

/** Colour of an instance's state, as the styles have it. */
export function stateColour({ state, wokenAt }: Pick<Schemas["Tenant"], "state" | "wokenAt">): string {
  switch (state) {
    case "running":
    case "failed":
      return state;
    case "suspended":
      return wokenAt === null ? "stopped" : "running";
    default:
      return "changing";
  }
}

/** Says what an instance is: one that is stopped may be awake by a visit. @returns a function that does */
export function useShortStateText(): (instance: Pick<Schemas["Tenant"], "state" | "wokenAt">) => string {
  const { t } = useTranslation();
  return ({ state, wokenAt }) =>
    state === "suspended" && wokenAt !== null ? t("instances.woken") : t([`instances.states.${state}`, state]);
}

/** Says what an instance is and, once it was ready, why. @returns a function that does */
export function useStateText(): (
  instance: Pick<Schemas["Tenant"], "state" | "wokenAt" | "readyAt" | "lifecycle">,
  isOperators: boolean,
) => string {
  const { t } = useTranslation();
  const shortText = useShortStateText();
  return (instance, isOperators) => {
    const { readyAt, lifecycle } = instance;
    const { reason } = lifecycle;
    const what = shortText(instance);
    const why = t([...(isOperators ? [`operator.reasons.${reason}`] : []), `instance.reasons.${reason}`, reason]);
    return readyAt === null ? what : t("instance.stateIs", { state: what, reason: why });
  };
}
