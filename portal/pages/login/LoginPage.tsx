import { Anchor, Button, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import type { ApiError } from "../api.ts";
import { Page } from "../frame/Page.tsx";
import { Failure } from "../parts/Failure.tsx";
import { askLogin, useOtherUser } from "./me.ts";

/** Where somebody signs in by his password. */
export function LoginPage() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const changed = useOtherUser();
  const signing = useMutation<undefined, ApiError>({
    mutationFn: () => askLogin("POST", "", { email: email.trim(), password }),
    onSuccess: async () => {
      await changed();
      go(pagePaths.instances);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signing.mutate();
  };
  return (
    <Page title={t("login.title")}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            type="email"
            label={t("login.email")}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            autoComplete="username"
            required
          />
          <TextInput
            type="password"
            label={t("login.password")}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            required
          />
          {signing.error && <Failure error={signing.error} />}
          <Button type="submit" loading={signing.isPending}>
            {t("login.submit")}
          </Button>
          <Anchor component={Link} href={pagePaths.password}>
            {t("login.forgotten")}
          </Anchor>
        </Stack>
      </form>
    </Page>
  );
}
