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

/** A sun and a moon, as lines in a square of 24. */
const drawings = {
  light:
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5",
  dark: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
} as const;

function ColorSchemeButton() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme("light") === "light" ? "dark" : "light";
  return (
    <Button
      variant="default"
      {...small}
      flex="none"
      px={4}
      aria-label={t(`frame.${other}`)}
      title={t(`frame.${other}`)}
      onClick={() => setColorScheme(other)}
    >
      <svg aria-hidden width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2">
        <path d={drawings[other]} strokeLinecap="round" strokeLinejoin="round" />
      </svg>
    </Button>
  );
}
