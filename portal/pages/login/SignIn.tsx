import { Button, Group, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "../api.ts";
import { CurrentPasswordField } from "../parts/CurrentPasswordField.tsx";
import { EmailField } from "../parts/EmailField.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Form } from "../parts/Form.tsx";
import { canUsePasskeys, signInByPasskey } from "../passkeys/passkeys.ts";
import { Services } from "./Services.tsx";
import { CodeForm } from "./CodeForm.tsx";
import { askLogin, useOtherUser } from "./me.ts";

interface SignInProps {
  /** The address that is there at first. */
  readonly first?: string;
  /** The page that another service leads back to. Default: the instances. */
  readonly next?: string | undefined;
  /** What follows when a second factor is asked for. */
  readonly asked?: () => void;
  /** What follows once somebody is signed in. */
  readonly done?: (how: "password" | "secondFactor") => void | Promise<void>;
}

/** Signs in by a password, a passkey or another service, and by a second factor where there is one. */
export function SignIn({ first = "", next, asked, done }: SignInProps) {
  const { t } = useTranslation();
  const [email, setEmail] = useState(first);
  const [password, setPassword] = useState("");
  const changed = useOtherUser();
  const signing = useMutation<{ secondFactor: true } | undefined, ApiError>({
    mutationFn: () => askLogin("POST", "", { email: email.trim(), password }),
    onSuccess: async (answer) => {
      if (answer) {
        asked?.();
        return;
      }
      await changed();
      await done?.("password");
    },
  });
  const byPasskey = useMutation<void, ApiError>({
    mutationFn: signInByPasskey,
    onSuccess: async () => {
      await changed();
      await done?.("password");
    },
  });
  if (signing.data) {
    return <CodeForm done={() => done?.("secondFactor")} />;
  }
  return (
    <Stack gap="sm">
      <Form sending={signing} submit={t("login.submit")}>
        <EmailField label={t("login.email")} value={email} onChange={setEmail} autoComplete="username" />
        <CurrentPasswordField value={password} onChange={setPassword} />
      </Form>
      {canUsePasskeys() && (
        <Group>
          <Button variant="default" loading={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
            {t("passkeys.signIn")}
          </Button>
        </Group>
      )}
      {byPasskey.error && <Failure error={byPasskey.error} />}
      <Services next={next} />
    </Stack>
  );
}
