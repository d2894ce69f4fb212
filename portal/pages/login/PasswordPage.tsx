import { Alert, Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import type { ApiError } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { Failure } from "../parts/Failure.tsx";
import { useHash } from "../parts/useHash.ts";
import { askLogin, useOtherUser } from "./me.ts";

/** Where a mail to set a password is asked for, and where its link leads. */
export function PasswordPage() {
  const code = useHash();
  return code === "" ? <MailForm /> : <PasswordForm key={code} code={code} />;
}

function MailForm() {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const sending = useMutation<undefined, ApiError>({
    mutationFn: () => askLogin("POST", "/password-mails", { email: email.trim() }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sending.mutate();
  };
  return (
    <Page title={t("password.mailTitle")}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text>{t("password.mailText")}</Text>
          <TextInput
            type="email"
            label={t("login.email")}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            autoComplete="username"
            required
          />
          {sending.error && <Failure error={sending.error} />}
          <Button type="submit" loading={sending.isPending}>
            {t("password.mailSubmit")}
          </Button>
          {sending.isSuccess && (
            <Alert role="status" variant="outline">
              {t("password.mailSent", { email })}
            </Alert>
          )}
        </Stack>
      </form>
    </Page>
  );
}

function PasswordForm({ code }: { readonly code: string }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const changed = useOtherUser();
  const setting = useMutation<undefined, ApiError>({
    mutationFn: () => askLogin("PUT", "/password", { code, password }),
    onSuccess: changed,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setting.mutate();
  };
  if (setting.isSuccess) {
    return (
      <Page title={t("password.title")}>
        <Text role="status">{t("password.done")}</Text>
        <Anchor component={Link} href={pagePaths.login}>
          {t("frame.signIn")}
        </Anchor>
      </Page>
    );
  }
  const isRefused = setting.error?.fields.some(({ field }) => field === "password");
  return (
    <Page title={t("password.title")}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput
            type="password"
            label={t("login.password")}
            description={t("password.hint")}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={isRefused && t("refused.password")}
            autoComplete="new-password"
            required
          />
          {setting.error && <Failure error={setting.error} />}
          <Button type="submit" loading={setting.isPending}>
            {t("password.submit")}
          </Button>
        </Stack>
      </form>
    </Page>
  );
}
