import { Anchor, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { QRCodeSVG } from "qrcode.react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "../api.ts";
import { CurrentPasswordField } from "../parts/CurrentPasswordField.tsx";
import { Form } from "../parts/Form.tsx";
import { Section } from "../parts/Section.tsx";
import { ShownOnce } from "../parts/ShownOnce.tsx";
import { CodeForm } from "./CodeForm.tsx";
import { askLogin } from "./me.ts";

interface Begun {
  readonly uri: string;
  readonly backupCodes: readonly string[];
}

/** Sets up a second factor: by the password, then an app's first code. It isn't in use before that. @param says why there is one */
export function SecondFactorSetup({ says }: { readonly says: string }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const beginning = useMutation<Begun, ApiError>({
    mutationFn: () => askLogin<Begun>("POST", "/second-factor/setup", { password }),
  });
  if (!beginning.data) {
    return (
      <Form sending={beginning} submit={t("secondFactor.begin")}>
        <Text>{says}</Text>
        <CurrentPasswordField value={password} onChange={setPassword} />
      </Form>
    );
  }
  const { uri, backupCodes } = beginning.data;
  return (
    <Stack gap="lg">
      <Section title={t("secondFactor.app")}>
        <Text>{t("secondFactor.appSays")}</Text>
        <QRCodeSVG value={uri} size={192} marginSize={4} title={t("secondFactor.picture")} />
        <ShownOnce text={new URL(uri).searchParams.get("secret") ?? ""} />
        <Anchor href={uri}>{t("secondFactor.open")}</Anchor>
      </Section>
      <Section title={t("secondFactor.backup")}>
        <Text>{t("secondFactor.backupSays")}</Text>
        <ShownOnce text={backupCodes.join("\n")} />
      </Section>
      <Section title={t("secondFactor.first")}>
        <CodeForm />
      </Section>
    </Stack>
  );
}
