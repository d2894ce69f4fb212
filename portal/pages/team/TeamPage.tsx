import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay, useMe } from "../login/me.ts";
import { QueriedPage } from "../parts/QueriedPage.tsx";
import { Section } from "../parts/Section.tsx";
import { Invitations } from "./Invitations.tsx";
import { Invite } from "./Invite.tsx";
import { Leave } from "./Leave.tsx";
import { Member } from "./Member.tsx";
import { useMembers } from "./useTeam.ts";

/** Who acts for the account, in which role, and who is invited. */
export function TeamPage() {
  const { t } = useTranslation();
  const query = useMembers();
  const me = useMe().data;
  const may = useMay();
  return (
    <QueriedPage title={t("team.title")} says={t("team.says")} query={query}>
      {({ members }) => {
        const owners = members.filter(({ role }) => role === "owner");
        const own = members.find(({ id }) => id === me?.team?.member);
        return (
          <>
            <Section title={t("team.members")}>
              <Stack component="ul" gap="xs" p={0} m={0}>
                {members.map((member) => (
                  <Member
                    key={`${member.id} ${member.role}`}
                    member={member}
                    isOwn={member === own}
                    isOnlyOwner={member.role === "owner" && owners.length === 1}
                  />
                ))}
              </Stack>
            </Section>
            <Section title={t("team.invitations")}>
              <Invitations />
            </Section>
            {may("team:write") && <Invite />}
            {own && me?.team && (own.role !== "owner" || owners.length > 1) && (
              <Section title={t("team.leave")}>
                <Leave team={me.team.id} name={me.teams.find(({ id }) => id === me.team?.id)?.name ?? ""} />
              </Section>
            )}
            {!may("team:write") && own && <Text>{t(`team.rolesSay.${own.role}`)}</Text>}
          </>
        );
      }}
    </QueriedPage>
  );
}
