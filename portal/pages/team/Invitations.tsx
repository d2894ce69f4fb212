import { Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { useMay } from "../login/me.ts";
import { Failure } from "../parts/Failure.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { TeamCard } from "./TeamCard.tsx";
import { useInvitations, useTeamChanged } from "./useTeam.ts";

/** Who is invited. */
export function Invitations() {
  const { t } = useTranslation();
  const { data, error, refetch } = useInvitations();
  return (
    <>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting height={60} />}
      {data?.invitations.length === 0 && <Text>{t("team.invitedNone")}</Text>}
      <Stack component="ul" gap="xs" p={0} m={0}>
        {data?.invitations.map((invitation) => (
          <Invitation key={invitation.id} invitation={invitation} />
        ))}
      </Stack>
    </>
  );
}

function Invitation({ invitation: { id, email, role, until } }: { readonly invitation: Schemas["Invitation"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const may = useMay();
  const changed = useTeamChanged();
  const resending = useWrite(
    (_: void, params) =>
      answerOf(api.POST("/api/v1/team/invitations/{id}/resend", { params: { ...params, path: { id } } })),
    changed,
  );
  const withdrawing = useWrite(
    (_: void, params) => answerOf(api.DELETE("/api/v1/team/invitations/{id}", { params: { ...params, path: { id } } })),
    changed,
  );
  const error = resending.error ?? withdrawing.error;
  const isOver = new Date(until) < new Date();
  return (
    <TeamCard name={email} role={role}>
      <Text c="dimmed">{isOver ? t("team.invitedOver") : t("team.invitedUntil", { at: at(until) })}</Text>
      {may("team:write") && (
        <Group gap="xs">
          <Button variant="default" loading={resending.isPending} onClick={() => resending.mutate()}>
            {t("team.resend")}
          </Button>
          <Button variant="default" loading={withdrawing.isPending} onClick={() => withdrawing.mutate()}>
            {t("team.withdraw")}
          </Button>
        </Group>
      )}
      {resending.isSuccess && <Text role="status">{t("team.isResent")}</Text>}
      {error && <Failure error={error} />}
    </TeamCard>
  );
}
