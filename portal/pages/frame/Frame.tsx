import { Anchor, Button, Container, Group, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { loginFrom, pagePaths } from "../../src/pages/paths.ts";
import { useMe, useSignOut } from "../login/me.ts";
import { LanguageChoice } from "./LanguageChoice.tsx";
import { TeamChoice } from "./TeamChoice.tsx";

/** What all pages have: the way to the first one, the languages, light and dark. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Container size="sm" py="md">
      <Group component="header" justify="space-between" mb="lg">
        <Anchor component={Link} href={pagePaths.order} fw={700}>
          {t("frame.home")}
        </Anchor>
        <Group gap="xs">
          <AccountLinks />
          <LanguageChoice />
          <ColorSchemeButton />
        </Group>
      </Group>
      <TeamChoice />
      <main>{children}</main>
    </Container>
  );
}

/** The way to what is somebody's own, and out again. */
function AccountLinks() {
  const { t } = useTranslation();
  const me = useMe();
  const signingOut = useSignOut();
  const [path] = useLocation();
  // While it isn't known, and when the portal doesn't answer, it is as for somebody who isn't signed in.
  return me.data?.email ? (
    <>
      {me.data.operator !== null && (
        <Anchor component={Link} href={pagePaths.operator}>
          {t("operator.title")}
        </Anchor>
      )}
      <Anchor component={Link} href={pagePaths.instances}>
        {t("frame.instances")}
      </Anchor>
      <Button variant="default" size="xs" loading={signingOut.isPending} onClick={() => signingOut.mutate()}>
        {t("frame.signOut")}
      </Button>
    </>
  ) : (
    <Anchor component={Link} href={loginFrom(path)}>
      {t("frame.signIn")}
    </Anchor>
  );
}

function ColorSchemeButton() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme("light") === "light" ? "dark" : "light";
  return (
    <Button variant="default" size="xs" onClick={() => setColorScheme(other)}>
      {t(`frame.${other}`)}
    </Button>
  );
}
