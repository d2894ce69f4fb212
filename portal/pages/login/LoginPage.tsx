import { Anchor, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import type { ApiError } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { EmailField } from "../parts/EmailField.tsx";
import { Form } from "../parts/Form.tsx";
import { CodeForm } from "./CodeForm.tsx";
import { askLogin, useOtherUser } from "./me.ts";

/** Where somebody signs in by his password. */
export function LoginPage() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const changed = useOtherUser();
  const signing = useMutation<{ secondFactor: true } | undefined, ApiError>({
    mutationFn: () => askLogin("POST", "", { email: email.trim(), password }),
    onSuccess: async (answer) => {
      if (answer) {
        return;
      }
      await changed();
      go(pagePaths.instances);
    },
  });
  if (signing.data) {
    return (
      <Page title={t("secondFactor.title")} key="secondFactor">
        <CodeForm done={() => go(pagePaths.operator)} />
      </Page>
    );
  }
  return (
    <Page title={t("login.title")}>
      <Form sending={signing} submit={t("login.submit")}>
        <EmailField label={t("login.email")} value={email} onChange={setEmail} autoComplete="username" />
        <TextInput
          type="password"
          label={t("login.password")}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          required
        />
      </Form>
      <Anchor component={Link} href={pagePaths.password}>
        {t("login.forgotten")}
      </Anchor>
    </Page>
  );
}
