import { Anchor, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { loginFrom } from "../../src/pages/paths.ts";
import { ApiError } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { CodeForm } from "../login/CodeForm.tsx";
import { useMe } from "../login/me.ts";
import { Failure } from "./Failure.tsx";
import { Waiting } from "./Waiting.tsx";

interface QueriedPageProps<Data> {
  readonly title: string;
  /** What it is about, where its title doesn't say that. */
  readonly says?: string;
  readonly query: {
    readonly data: Data | undefined;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  /** Of what comes, in pixels. */
  readonly height?: number;
  /** Shows what was read. */
  readonly children: (data: Data) => ReactNode;
}

/**
 * A page of what is the customer's, with what is said while it is read, when that fails, and where nobody is signed in. What was read stays while it
 * can't be read anew, but not what isn't there any more, or is nobody's who looks.
 */
export function QueriedPage<Data>({ title, says, query, height = 300, children }: QueriedPageProps<Data>) {
  const { data, error, refetch } = query;
  const { t } = useTranslation();
  const [path] = useLocation();
  const kind = error instanceof ApiError ? error.kind : undefined;
  const isSignedOut = kind === "unauthorized";
  // What is shown depends on what who looks may: without that, parts would come one after the other. Without an answer, he may nothing.
  const isKnown = useMe().isFetched;
  const isShown = data !== undefined && isKnown && !isSignedOut && kind !== "secondFactor" && kind !== "notFound";
  return (
    <Page title={title}>
      {says !== undefined && <Text>{says}</Text>}
      {kind === "secondFactor" && <CodeForm />}
      {error && kind !== "secondFactor" && (
        <Failure error={error} retry={isSignedOut ? undefined : () => void refetch()} />
      )}
      {isSignedOut && (
        <Anchor component={Link} href={loginFrom(path)}>
          {t("frame.signIn")}
        </Anchor>
      )}
      {isShown ? children(data) : !error && <Waiting height={height} />}
    </Page>
  );
}
