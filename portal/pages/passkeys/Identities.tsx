import { Paper, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ApiError } from "../api.ts";
import { askLogin } from "../login/me.ts";
import type { Identity } from "../login/services.ts";
import { Apart } from "../parts/Apart.tsx";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";

const queryKey = ["identities"];

/** The accounts at other services by which somebody signs in, where there are any. */
export function Identities() {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey,
    queryFn: () => askLogin<{ identities: Identity[] }>("GET", "/oidc/identities"),
  });
  if (!data || data.identities.length === 0) {
    return null;
  }
  return (
    <Section title={t("services.there")}>
      <Stack component="ul" gap="xs" p={0} m={0}>
        {data.identities.map((identity) => (
          <IdentityItem key={identity.service} identity={identity} />
        ))}
      </Stack>
    </Section>
  );
}

function IdentityItem({ identity: { service, title, usedAt } }: { readonly identity: Identity }) {
  const { t } = useTranslation();
  const at = useMoments();
  const queries = useQueryClient();
  const removing = useMutation<undefined, ApiError>({
    mutationFn: () => askLogin("DELETE", `/oidc/${service}`),
    onSuccess: () => queries.invalidateQueries({ queryKey }),
  });
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Stack gap="xs">
        <Apart>
          <Text fw={700}>
            <bdi>{title}</bdi>
          </Text>
          <Text c="dimmed">{t("services.used", { at: at(usedAt) })}</Text>
        </Apart>
        <ConfirmByName act={t("services.remove")} says={t("services.removeSays")} name={title} sending={removing} />
      </Stack>
    </Paper>
  );
}
