import { Paper, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { useMe } from "../login/me.ts";
import { useMembers } from "../team/useTeam.ts";
import { Apart } from "../parts/Apart.tsx";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { QueriedPage } from "../parts/QueriedPage.tsx";
import { Section } from "../parts/Section.tsx";
import { useList } from "../parts/useList.ts";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { NewToken } from "./NewToken.tsx";

/** The customer's tokens, by which programs act for him. */
export function TokensPage() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["tokens"],
    queryFn: () => answerOf(api.GET("/api/v1/tokens")),
  });
  return (
    <QueriedPage title={t("tokens.title")} says={t("tokens.says")} query={query}>
      {(data) => (
        <>
          <Section title={t("tokens.valid")}>
            {data.tokens.length === 0 ? (
              <Text>{t("tokens.none")}</Text>
            ) : (
              <Stack component="ul" gap="xs" p={0} m={0}>
                {data.tokens.map((token) => (
                  <Token key={token.id} token={token} />
                ))}
              </Stack>
            )}
          </Section>
          <NewToken />
        </>
      )}
    </QueriedPage>
  );
}

function Token({ token }: { readonly token: Schemas["Token"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const list = useList();
  const queries = useQueryClient();
  const { id, name, scopes, createdAt, madeBy } = token;
  const own = useMe().data?.team?.member;
  const members = useMembers();
  const maker = madeBy !== own && members.data?.members.find((member) => member.id === madeBy)?.email;
  const revoking = useWrite(
    (_: void, params) => answerOf(api.DELETE("/api/v1/tokens/{id}", { params: { ...params, path: { id } } })),
    () => queries.invalidateQueries({ queryKey: ["tokens"] }),
  );
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Stack gap="xs">
        <Apart>
          <Text fw={700}>
            <bdi>{name}</bdi>
          </Text>
          <Text c="dimmed">{at(createdAt)}</Text>
        </Apart>
        {maker && <Text>{t("tokens.madeBy", { email: maker })}</Text>}
        <Text>{list(scopes.map((scope) => t([`tokens.scopes.${scope.replace(":", "-")}`, scope])))}</Text>
        <ConfirmByName act={t("tokens.revoke")} says={t("tokens.revokeSays")} name={name} sending={revoking} />
      </Stack>
    </Paper>
  );
}
