import { Anchor, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import { ApiError } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { Failure } from "./Failure.tsx";
import { Waiting } from "./Waiting.tsx";

interface QueriedPageProps<Data> {
  readonly title: string;
  /** What it is about. */
  readonly says: string;
  readonly query: Pick<UseQueryResult<Data>, "data" | "error" | "refetch">;
  /** Shows what was read. */
  readonly children: (data: Data) => ReactNode;
}

/** A page of what is the customer's, with what is said while it is read, when that fails, and where nobody is signed in. */
export function QueriedPage<Data>({ title, says, query: { data, error, refetch }, children }: QueriedPageProps<Data>) {
  const { t } = useTranslation();
  const isSignedOut = error instanceof ApiError && error.kind === "unauthorized";
  return (
    <Page title={title}>
      <Text>{says}</Text>
      {error && <Failure error={error} retry={isSignedOut ? undefined : () => void refetch()} />}
      {isSignedOut && (
        <Anchor component={Link} href={pagePaths.login}>
          {t("frame.signIn")}
        </Anchor>
      )}
      {data ? children(data) : !error && <Waiting height={300} />}
    </Page>
  );
}
