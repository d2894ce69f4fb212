import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { useMay } from "../login/me.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { useChanged } from "./useInstance.ts";

/** Sets when an instance's time ends, extends it, or takes the end away. One that comes sooner asks for the name. */
export function EndForm({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const at = useMoments();
  const changed = useChanged();
  const { id, address, lifecycle } = instance;
  const mayChange = useMay()("tenants:write");
  const [typed, setTyped] = useState("");
  const setting = useWrite(
    (expiresAt: string | null, params) =>
      answerOf(api.PUT("/api/v1/tenants/{id}/end", { params: { ...params, path: { id } }, body: { expiresAt } })),
    (answer) => {
      setTyped("");
      return changed(answer);
    },
  );
  // What is typed is by the clock of who types it.
  const wanted = typed === "" || Number.isNaN(Date.parse(typed)) ? null : new Date(typed).toISOString();
  const isLater = wanted !== null && lifecycle.expiresAt !== null && wanted > lifecycle.expiresAt;
  return (
    <Section title={t("instance.end")}>
      <Text>
        {lifecycle.expiresAt === null ? t("instance.endNone") : t("instance.endIs", { at: at(lifecycle.expiresAt) })}
      </Text>
      {mayChange && (
        <Stack gap="xs" align="flex-start">
          <TextInput
            type="datetime-local"
            label={t("instance.endLabel")}
            description={t("instance.endHint")}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {wanted !== null && !isLater ? (
            <ConfirmByName
              key={wanted}
              act={t("instance.endSet")}
              says={t("instance.endSays", { address, at: at(wanted) })}
              name={address}
              sending={{ ...setting, mutate: () => setting.mutate(wanted) }}
            />
          ) : (
            <Group>
              <Button
                variant="default"
                disabled={wanted === null}
                loading={setting.isPending}
                onClick={() => setting.mutate(wanted)}
              >
                {t("instance.endSet")}
              </Button>
              {lifecycle.expiresAt !== null && (
                <Button variant="default" loading={setting.isPending} onClick={() => setting.mutate(null)}>
                  {t("instance.endRemove")}
                </Button>
              )}
            </Group>
          )}
          {setting.error && (wanted === null || isLater) && <Failure error={setting.error} />}
        </Stack>
      )}
    </Section>
  );
}
