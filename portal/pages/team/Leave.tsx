import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { pagePaths } from "../../src/pages/paths.ts";
import type { ApiError } from "../api.ts";
import { askLogin } from "../login/me.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";

/** Leaves a team, by its name. */
export function Leave({ team, name }: { readonly team: string; readonly name: string }) {
  const { t } = useTranslation();
  const leaving = useMutation<undefined, ApiError>({
    mutationFn: () => askLogin("DELETE", "/team", { team }),
    // Loaded anew: what is shown was the team's.
    onSuccess: () => location.assign(pagePaths.instances),
  });
  return (
    <ConfirmByName act={t("team.leave")} says={t("team.leaveSays", { team: name })} name={name} sending={leaving} />
  );
}
