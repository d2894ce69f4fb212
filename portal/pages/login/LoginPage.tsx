import { Anchor } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import { Page } from "../frame/Page.tsx";
import { SignIn } from "./SignIn.tsx";

/** Where somebody signs in by his password. */
export function LoginPage() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [isAsked, setAsked] = useState(false);
  return (
    <Page title={t(isAsked ? "secondFactor.title" : "login.title")}>
      <SignIn
        asked={() => setAsked(true)}
        done={(how) => go(how === "secondFactor" ? pagePaths.operator : pagePaths.instances)}
      />
      {!isAsked && (
        <Anchor component={Link} href={pagePaths.password}>
          {t("login.forgotten")}
        </Anchor>
      )}
    </Page>
  );
}
