import { Alert, Button, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { ErrorBoundary } from "../parts/ErrorBoundary.tsx";
import { Page } from "./Page.tsx";

/** Says so in place of a page that can't be shown; another page is tried anew. */
export function Guarded({ children }: { readonly children: ReactNode }) {
  const [path] = useLocation();
  return (
    <ErrorBoundary key={path} fallback={<Broken />}>
      {children}
    </ErrorBoundary>
  );
}

/** Loading it anew also finds the files of a newer portal, whose answers an older page may not know. */
function Broken() {
  const { t } = useTranslation();
  return (
    <Page title={t("failure.title")}>
      <Alert color="red" variant="outline" role="alert">
        <Stack align="flex-start" gap="xs">
          <Text>{t("failure.broken")}</Text>
          <Button variant="default" onClick={() => location.reload()}>
            {t("failure.reload")}
          </Button>
        </Stack>
      </Alert>
    </Page>
  );
}
