import { Anchor, Button, Container, Group, Stack, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { loginFrom, pagePaths } from "../../src/pages/paths.ts";
import { useSignOut } from "../login/me.ts";
import { LanguageChoice, small } from "./LanguageChoice.tsx";
import { TeamChoice } from "./TeamChoice.tsx";
import { useShape } from "./useShape.ts";

/** What all pages have: the way to the first one, the languages, light and dark. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Container size="sm" py="xs">
      {/* Two rows, whoever looks, so that nothing below moves once that is known. */}
      <Stack component="header" gap={6} mb="xs">
        <Group justify="space-between" wrap="nowrap">
          <Anchor component={Link} href={pagePaths.order} fw={700}>
            {t("frame.home")}
          </Anchor>
          <ColorSchemeButton />
        </Group>
        <Group justify="space-between" gap={6}>
          <AccountLinks />
          <Group gap={6}>
            <LanguageChoice />
          </Group>
        </Group>
      </Stack>
      <TeamChoice />
      <main>{children}</main>
    </Container>
  );
}

/** The way to what is somebody's own, and out again. Its room is kept while it isn't known who that is. */
function AccountLinks() {
  const { t } = useTranslation();
  const { isSignedIn, isOperator, isKnown } = useShape();
  const signingOut = useSignOut();
  const [path] = useLocation();
  return (
    <Group gap={6} mih={24} style={isKnown ? undefined : { visibility: "hidden" }}>
      {isSignedIn ? (
        <>
          {isOperator && (
            <Anchor component={Link} href={pagePaths.operator} size="sm">
              {t("operator.title")}
            </Anchor>
          )}
          <Anchor component={Link} href={pagePaths.instances} size="sm">
            {t("frame.instances")}
          </Anchor>
          <Button variant="default" {...small} loading={signingOut.isPending} onClick={() => signingOut.mutate()}>
            {t("frame.signOut")}
          </Button>
        </>
      ) : (
        <Anchor component={Link} href={loginFrom(path)} size="sm">
          {t("frame.signIn")}
        </Anchor>
      )}
    </Group>
  );
}

function ColorSchemeButton() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme("light") === "light" ? "dark" : "light";
  return (
    <Button variant="default" {...small} flex="none" onClick={() => setColorScheme(other)}>
      {t(`frame.${other}`)}
    </Button>
  );
}
