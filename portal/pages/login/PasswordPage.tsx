import { Alert, Anchor, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import type { ApiError } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { EmailField } from "../parts/EmailField.tsx";
import { Form } from "../parts/Form.tsx";
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
  return (
    <Page title={t("password.mailTitle")}>
      <Form sending={sending} submit={t("password.mailSubmit")}>
        <Text>{t("password.mailText")}</Text>
        <EmailField label={t("login.email")} value={email} onChange={setEmail} autoComplete="username" />
      </Form>
      {sending.isSuccess && (
        <Alert role="status" variant="outline">
          {t("password.mailSent", { email })}
        </Alert>
      )}
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
      <Form sending={setting} submit={t("password.submit")} noValidate>
        <TextInput
          type="password"
          dir="ltr"
          label={t("login.password")}
          description={t("password.hint")}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={isRefused && t("refused.password")}
          autoComplete="new-password"
          required
        />
      </Form>
    </Page>
  );
}
