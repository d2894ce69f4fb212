import { NativeSelect, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { EmailField } from "../parts/EmailField.tsx";
import { Form } from "../parts/Form.tsx";
import { Section } from "../parts/Section.tsx";
import { useWrite } from "../parts/useWrite.ts";
import { useRoles } from "./useRoles.ts";
import { useTeamChanged } from "./useTeam.ts";

/** Invites somebody, in a role. */
export function Invite() {
  const { t } = useTranslation();
  const roles = useRoles();
  const changed = useTeamChanged();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Schemas["Member"]["role"]>("member");
  const inviting = useWrite(
    (body: Schemas["InvitationRequest"], params) => answerOf(api.POST("/api/v1/team/invitations", { params, body })),
    () => {
      setEmail("");
      return changed();
    },
  );
  const refused = inviting.error?.fields.find(({ field }) => field === "email")?.reason;
  return (
    <Section title={t("team.invite")}>
      <Form
        sending={{ ...inviting, mutate: () => inviting.mutate({ email: email.trim(), role }) }}
        submit={t("team.send")}
        disabled={email.trim() === ""}
      >
        <Text>{t("team.inviteSays")}</Text>
        <EmailField
          label={t("team.email")}
          value={email}
          onChange={setEmail}
          error={refused && t([`team.refused.${refused}`, "refused.invalid"])}
          autoComplete="email"
        />
        <NativeSelect
          label={t("team.inviteRole")}
          description={t(`team.rolesSay.${role}`)}
          data={roles}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as typeof role)}
        />
        {inviting.data && <Text role="status">{t("team.isInvited", { email: inviting.data.email })}</Text>}
      </Form>
    </Section>
  );
}
