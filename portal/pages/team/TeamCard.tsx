import { Paper, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api.ts";
import { Apart } from "../parts/Apart.tsx";

interface TeamCardProps {
  readonly name: ReactNode;
  readonly role: Schemas["Member"]["role"];
  readonly children: ReactNode;
}

/** One of a list of those who are in a team, or invited to it. */
export function TeamCard({ name, role, children }: TeamCardProps) {
  const { t } = useTranslation();
  return (
    <Paper component="li" withBorder p="xs" display="block">
      <Stack gap="xs">
        <Apart>
          <Text fw={700} style={{ overflowWrap: "anywhere" }}>
            {name}
          </Text>
          <Text>{t(`team.roles.${role}`)}</Text>
        </Apart>
        {children}
      </Stack>
    </Paper>
  );
}
