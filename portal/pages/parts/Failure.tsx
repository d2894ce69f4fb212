import { Alert, Button, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api.ts";

/** Says what went wrong, and what can be done about it. */
export function Failure({ error, retry }: { readonly error: Error; readonly retry?: (() => void) | undefined }) {
  const { t } = useTranslation();
  const { kind, reason } = error instanceof ApiError ? error : { kind: "internal", reason: undefined };
  return (
    <Alert color="red" variant="outline" role="alert" title={t("failure.title")}>
      <Stack align="flex-start" gap="xs">
        <Text>
          {t([...(reason === undefined ? [] : [`stateReasons.${reason}`]), `problems.${kind}`, "problems.internal"])}
        </Text>
        {retry && (
          <Button variant="default" onClick={retry}>
            {t("failure.retry")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
