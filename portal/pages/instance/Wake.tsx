import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { useMay } from "../login/me.ts";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { useWrite } from "../parts/useWrite.ts";
import { useChanged } from "./useInstance.ts";

/** Minutes without a visit after which it stops again; a program may set others. */
const usualMinutes = 30;

/** Whether a visit starts an instance that is stopped, and what changes that. */
export function Wake({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const { id, lifecycle } = instance;
  const { sleepAfter } = lifecycle;
  const mayChange = useMay()("tenants:write");
  const setting = useWrite(
    (wakeOnRequest: boolean, params) =>
      answerOf(
        api.PUT("/api/v1/tenants/{id}/wake", {
          params: { ...params, path: { id } },
          body: { wakeOnRequest, sleepAfter: usualMinutes },
        }),
      ),
    useChanged(),
  );
  return (
    <Section title={t("wake.title")}>
      <Text>{sleepAfter === null ? t("wake.not") : t("wake.is", { count: sleepAfter })}</Text>
      {mayChange && (
        <Group>
          <Button variant="default" loading={setting.isPending} onClick={() => setting.mutate(sleepAfter === null)}>
            {t(sleepAfter === null ? "wake.set" : "wake.unset")}
          </Button>
        </Group>
      )}
      {setting.error && <Failure error={setting.error} />}
    </Section>
  );
}
