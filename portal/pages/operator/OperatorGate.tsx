import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import { ApiError } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { CodeForm } from "../login/CodeForm.tsx";
import { useMe } from "../login/me.ts";
import { SecondFactorSetup } from "../login/SecondFactorSetup.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Waiting } from "../parts/Waiting.tsx";

/** Lets operators through who have shown their second factor. It is for the eye: the API refuses everybody else by itself. */
export function OperatorGate({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useMe();
  if (!data) {
    return (
      <Page title={t("operator.title")}>
        {error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting height={400} />}
      </Page>
    );
  }
  switch (data.operator) {
    case "proven":
      return children;
    case "unproven":
      return (
        <Page title={t("secondFactor.title")} key="code">
          <CodeForm />
        </Page>
      );
    case "unset":
      return (
        <Page title={t("secondFactor.title")} key="setup">
          <SecondFactorSetup says={t("secondFactor.needed")} />
        </Page>
      );
    default:
      return (
        <Page title={t("operator.title")}>
          <Failure error={new ApiError(data.email === null ? "unauthorized" : "forbidden")} />
          {data.email === null && (
            <Anchor component={Link} href={pagePaths.login}>
              {t("frame.signIn")}
            </Anchor>
          )}
        </Page>
      );
  }
}
