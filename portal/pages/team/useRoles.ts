import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";

const roles = ["owner", "member", "billing"] as const satisfies readonly Schemas["Member"]["role"][];

/** All roles, to choose from. */
export function useRoles(): { readonly value: (typeof roles)[number]; readonly label: string }[] {
  const { t } = useTranslation();
  return roles.map((value) => ({ value, label: t(`team.roles.${value}`) }));
}
