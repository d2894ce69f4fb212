import { Alert, Button, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { progressOf } from "../../src/pages/paths.ts";
import { answerOf, api } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { useOtherUser } from "../login/me.ts";
import { Failure } from "../parts/Failure.tsx";
import { useHash } from "../parts/useHash.ts";
import { useWrite } from "../parts/useWrite.ts";

/** Where a mail's link leads. Reading it changes nothing, as programs read mails' links too: an order is confirmed by its button. */
export function ConfirmPage() {
  const { t } = useTranslation();
  const code = useHash();
  return (
    <Page title={t("confirm.title")}>
      {/^[\w-]{43}$/.test(code) ? (
        <Confirmation key={code} code={code} />
      ) : (
        <Alert color="red" variant="outline" role="alert">
          {t("confirm.missing")}
        </Alert>
      )}
    </Page>
  );
}

function Confirmation({ code }: { readonly code: string }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const changed = useOtherUser();
  const confirming = useWrite(
    (_: void, params) => answerOf(api.POST("/api/v1/confirmations", { params, body: { code } })),
    async ({ order }) => {
      await changed();
      go(progressOf(order), { replace: true });
    },
  );
  const isSpent = confirming.error?.kind === "notFound";
  const hadTrial = confirming.error?.fields.some(({ field }) => field === "trial") ?? false;
  return (
    <Stack align="flex-start">
      <Text>{t("confirm.text")}</Text>
      <Button onClick={() => confirming.mutate()} loading={confirming.isPending} disabled={isSpent || hadTrial}>
        {t("confirm.submit")}
      </Button>
      {isSpent || hadTrial ? (
        <Alert color="red" variant="outline" role="alert">
          {t(isSpent ? "confirm.failed" : "confirm.hadTrial")}
        </Alert>
      ) : (
        confirming.error && <Failure error={confirming.error} />
      )}
    </Stack>
  );
}
