import { Alert, Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { Form } from "../parts/Form.tsx";
import { Section } from "../parts/Section.tsx";
import { ShownOnce } from "../parts/ShownOnce.tsx";
import { useWrite } from "../parts/useWrite.ts";
import { type Scope, tokenScopes } from "./scopes.ts";

/** Makes a token, and shows its secret: then, and never again. */
export function NewToken() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>([]);
  const making = useWrite(
    (body: Schemas["TokenRequest"], params) => answerOf(api.POST("/api/v1/tokens", { params, body })),
    () => {
      setName("");
      setScopes([]);
      return queries.invalidateQueries({ queryKey: ["tokens"] });
    },
  );
  const isNameRefused = making.error?.fields.some(({ field }) => field === "name");
  return (
    <Section title={t("tokens.new")}>
      {making.data && <Secret key={making.data.token.id} made={making.data} hide={() => making.reset()} />}
      <Form
        sending={{ ...making, mutate: () => making.mutate({ name: name.trim(), scopes }) }}
        submit={t("tokens.make")}
        disabled={name.trim() === "" || scopes.length === 0}
      >
        <TextInput
          label={t("tokens.name")}
          description={t("tokens.nameHint")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={isNameRefused && t("refused.invalid")}
          maxLength={100}
          autoComplete="off"
          required
        />
        <Checkbox.Group label={t("tokens.may")} value={scopes} onChange={(chosen) => setScopes(chosen)}>
          <Stack gap="xs" mt={4}>
            {tokenScopes.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={t(`tokens.scopes.${scope.replace(":", "-")}`)}
                description={scope}
              />
            ))}
          </Stack>
        </Checkbox.Group>
      </Form>
    </Section>
  );
}

interface SecretProps {
  readonly made: { readonly token: Schemas["Token"]; readonly secret: string | null };
  readonly hide: () => void;
}

function Secret({ made: { token, secret }, hide }: SecretProps) {
  const { t } = useTranslation();
  const told = useRef<HTMLDivElement>(null);
  useEffect(() => told.current?.focus(), []);
  return (
    <Alert ref={told} tabIndex={-1} role="status" variant="outline" title={t("tokens.made", { name: token.name })}>
      <Stack gap="xs">
        <Text>{t(secret === null ? "tokens.lost" : "tokens.once")}</Text>
        {secret !== null && <ShownOnce text={secret} />}
        <Group>
          <Button variant="default" size="xs" onClick={hide}>
            {t("tokens.hide")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
