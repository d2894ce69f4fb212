import { Paper, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "../api.ts";
import { askLogin, useMe, useOtherUser } from "../login/me.ts";
import { SecondFactorSetup } from "../login/SecondFactorSetup.tsx";
import { Apart } from "../parts/Apart.tsx";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { CurrentPasswordField } from "../parts/CurrentPasswordField.tsx";
import { Form } from "../parts/Form.tsx";
import { QueriedPage } from "../parts/QueriedPage.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { Identities } from "./Identities.tsx";
import { addPasskey, canUsePasskeys, type Passkey } from "./passkeys.ts";

const queryKey = ["passkeys"];

/** What somebody signs in by in place of his password. */
export function PasskeysPage() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey,
    queryFn: () => askLogin<{ passkeys: Passkey[] }>("GET", "/passkeys"),
  });
  return (
    <QueriedPage title={t("passkeys.title")} says={t("passkeys.says")} query={query}>
      {({ passkeys }) => (
        <>
          <Section title={t("passkeys.there")}>
            {passkeys.length === 0 ? (
              <Text>{t("passkeys.none")}</Text>
            ) : (
              <Stack component="ul" gap="xs" p={0} m={0}>
                {passkeys.map((passkey) => (
                  <PasskeyItem key={passkey.id} passkey={passkey} />
                ))}
              </Stack>
            )}
          </Section>
          <Identities />
          {canUsePasskeys() ? <NewPasskey /> : <Text>{t("passkeys.unknown")}</Text>}
          <SecondFactor />
        </>
      )}
    </QueriedPage>
  );
}

/** The second factor of who wants one, or needs it. */
function SecondFactor() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const changed = useOtherUser();
  const [password, setPassword] = useState("");
  const removing = useMutation<undefined, ApiError>({
    mutationFn: () => askLogin("DELETE", "/second-factor", { password }),
    onSuccess: async () => {
      setPassword("");
      await changed();
    },
  });
  return (
    <Section title={t("secondFactor.title")}>
      {me?.secondFactor === "unset" && <SecondFactorSetup says={t("secondFactor.says")} />}
      {me?.secondFactor === "proven" && <Text role="status">{t("secondFactor.isSet")}</Text>}
      {me?.secondFactor === "proven" && me.operator === null && (
        <Form sending={removing} submit={t("secondFactor.remove")} disabled={password === ""}>
          <CurrentPasswordField value={password} onChange={setPassword} />
        </Form>
      )}
    </Section>
  );
}

function PasskeyItem({ passkey: { id, name, createdAt, usedAt } }: { readonly passkey: Passkey }) {
  const { t } = useTranslation();
  const at = useMoments();
  const queries = useQueryClient();
  const removing = useMutation<undefined, ApiError>({
    mutationFn: () => askLogin("DELETE", `/passkeys/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey }),
  });
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Stack gap="xs">
        <Apart>
          <Text fw={700}>
            <bdi>{name}</bdi>
          </Text>
          <Text c="dimmed">{at(createdAt)}</Text>
        </Apart>
        <Text>{usedAt === null ? t("passkeys.unused") : t("passkeys.used", { at: at(usedAt) })}</Text>
        <ConfirmByName act={t("passkeys.remove")} says={t("passkeys.removeSays")} name={name} sending={removing} />
      </Stack>
    </Paper>
  );
}

function NewPasskey() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const adding = useMutation<Passkey, ApiError>({
    mutationFn: () => addPasskey(name.trim()),
    onSuccess: () => {
      setName("");
      return queries.invalidateQueries({ queryKey });
    },
  });
  return (
    <Section title={t("passkeys.new")}>
      <Form sending={adding} submit={t("passkeys.add")} disabled={name.trim() === ""}>
        <TextInput
          label={t("passkeys.name")}
          description={t("passkeys.nameHint")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={100}
          autoComplete="off"
          required
        />
      </Form>
    </Section>
  );
}
