import { NativeSelect } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { pagePaths } from "../../src/pages/paths.ts";
import type { ApiError } from "../api.ts";
import { askLogin, useMe } from "../login/me.ts";
import { Failure } from "../parts/Failure.tsx";
import { useShape } from "./useShape.ts";

/** Whom somebody acts for who is in several teams. All that is shown is that team's. */
export function TeamChoice() {
  const { t } = useTranslation();
  const me = useMe().data;
  const choosing = useMutation<undefined, ApiError, string>({
    mutationFn: (team) => askLogin("PUT", "/team", { team }),
    // Loaded anew, so that nothing that is shown, or asked for still, is the other team's.
    onSuccess: () => location.assign(pagePaths.instances),
  });
  const { isInTeams } = useShape();
  if (!isInTeams) {
    return null;
  }
  return (
    <>
      <NativeSelect
        mb="md"
        label={t("team.acting")}
        data={(me?.teams ?? []).map(({ id, name, role }) => ({
          value: id,
          label: `${name} (${t(`team.roles.${role}`)})`,
        }))}
        value={choosing.isPending ? choosing.variables : me?.team?.id}
        // Its room is kept while they aren't known.
        disabled={!me}
        onChange={(event) => choosing.mutate(event.currentTarget.value)}
      />
      {choosing.error && <Failure error={choosing.error} />}
    </>
  );
}
