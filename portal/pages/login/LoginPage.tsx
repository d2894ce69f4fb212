import { Alert, Anchor } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearch } from "wouter";
import { nextOf, pagePaths } from "../../src/pages/paths.ts";
import { Page } from "../frame/Page.tsx";
import { useHash } from "../parts/useHash.ts";
import { useMe } from "./me.ts";
import { SignIn } from "./SignIn.tsx";

/** What a service to sign in by may have come to, where it leads back to here. */
const faults = ["away", "failed", "unverified", "other"] as const;

/** Where somebody signs in; it leads back to the page that he came from. */
export function LoginPage() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [isAsked, setAsked] = useState(false);
  const hash = useHash();
  const next = nextOf(useSearch());
  const { refetch } = useMe();
  const fault = faults.find((one) => one === hash);
  return (
    <Page title={t(isAsked ? "secondFactor.title" : "login.title")}>
      {fault && (
        <Alert color="red" variant="outline" role="alert">
          {t(`services.faults.${fault}`)}
        </Alert>
      )}
      <SignIn
        next={next}
        asked={() => setAsked(true)}
        done={async (how) => {
          // Of those who have a second factor, operators have a page of their own.
          const isOperator = how === "secondFactor" && (await refetch()).data?.operator;
          go(next ?? (isOperator ? pagePaths.operator : pagePaths.instances));
        }}
      />
      {!isAsked && (
        <Anchor component={Link} href={pagePaths.password}>
          {t("login.forgotten")}
        </Anchor>
      )}
    </Page>
  );
}
