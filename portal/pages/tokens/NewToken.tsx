import { Checkbox, SimpleGrid, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { useMay } from "../login/me.ts";
import { Form } from "../parts/Form.tsx";
import { NewSecret } from "../parts/NewSecret.tsx";
import { Section } from "../parts/Section.tsx";
import { useWrite } from "../parts/useWrite.ts";
import { type Scope, tokenScopes } from "./scopes.ts";

/** Makes a token, and shows its secret: then, and never again. */
export function NewToken() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const may = useMay();
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
      {making.data && (
        <NewSecret
          key={making.data.token.id}
          title={t("tokens.made", { name: making.data.token.name })}
          secret={making.data.secret}
          lost={t("tokens.lost")}
          hide={() => making.reset()}
        />
      )}
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
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" mt={4}>
            {tokenScopes.filter(may).map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={t(`tokens.scopes.${scope.replace(":", "-")}`)}
                description={scope}
              />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
      </Form>
    </Section>
  );
}
