import { Anchor, Button, Container, Group, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import { chooseLanguage, type Language, languages } from "../i18n.ts";

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
          <LanguageButton />
          <ColorSchemeButton />
        </Group>
      </Group>
      <main>{children}</main>
    </Container>
  );
}

/** Names the other language, in that language. */
function LanguageButton() {
  const { i18n } = useTranslation();
  const other: Language = i18n.language === "fr" ? "en" : "fr";
  return (
    <Button variant="default" size="xs" lang={other} onClick={() => void chooseLanguage(other)}>
      {languages[other]}
    </Button>
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
