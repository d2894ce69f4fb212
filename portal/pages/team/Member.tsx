import { Button, Group, NativeSelect, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { useMay } from "../login/me.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { useRoles } from "./useRoles.ts";
import { TeamCard } from "./TeamCard.tsx";
import { useTeamChanged } from "./useTeam.ts";

interface MemberProps {
  readonly member: Schemas["Member"];
  readonly isOwn: boolean;
  readonly isOnlyOwner: boolean;
}

/** One member, and what an owner may do with him. */
export function Member({ member, isOwn, isOnlyOwner }: MemberProps) {
  const { t } = useTranslation();
  const at = useMoments();
  const may = useMay();
  const { email, role, since } = member;
  return (
    <TeamCard name={isOwn ? `${email} (${t("team.you")})` : email} role={role}>
      <Text c="dimmed">{t("team.since", { at: at(since) })}</Text>
      {may("team:write") && (isOnlyOwner ? <Text>{t("team.onlyOwner")}</Text> : <Changes {...{ member, isOwn }} />)}
    </TeamCard>
  );
}

function Changes({ member: { id, email, role }, isOwn }: Omit<MemberProps, "isOnlyOwner">) {
  const { t } = useTranslation();
  const roles = useRoles();
  const changed = useTeamChanged();
  const [wanted, setWanted] = useState(role);
  const changing = useWrite(
    (to: typeof role, params) =>
      answerOf(api.PATCH("/api/v1/team/members/{id}", { params: { ...params, path: { id } }, body: { role: to } })),
    changed,
  );
  const removing = useWrite(
    (_: void, params) => answerOf(api.DELETE("/api/v1/team/members/{id}", { params: { ...params, path: { id } } })),
    changed,
  );
  // Only another owner can give it back.
  const isLoss = isOwn && role === "owner" && wanted !== role;
  return (
    <>
      <Group align="end" gap="xs">
        <NativeSelect
          label={t("team.role", { email })}
          data={roles}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value as typeof role)}
        />
        {!isLoss && (
          <Button
            variant="default"
            disabled={wanted === role}
            loading={changing.isPending}
            onClick={() => changing.mutate(wanted)}
          >
            {t("team.changeRole")}
          </Button>
        )}
      </Group>
      {wanted !== role && <Text>{t(`team.rolesSay.${wanted}`)}</Text>}
      {isLoss && (
        <ConfirmByName
          key={wanted}
          act={t("team.changeRole")}
          says={t("team.ownRoleSays")}
          name={email}
          sending={{ ...changing, mutate: () => changing.mutate(wanted) }}
        />
      )}
      {changing.error && !isLoss && <Failure error={changing.error} />}
      {!isOwn && (
        <ConfirmByName act={t("team.remove")} says={t("team.removeSays", { email })} name={email} sending={removing} />
      )}
    </>
  );
}
