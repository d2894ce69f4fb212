import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { pagePaths } from "../../src/pages/paths.ts";
import { answerOf, api, type Schemas } from "../api.ts";
import { useMay } from "../login/me.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { useWrite } from "../parts/useWrite.ts";
import { useChanged } from "./useInstance.ts";

/** Hours for which a start outside of the active hours lasts. */
const awakeHours = 12;

/** Stops an instance, or starts it where that helps; else it is said what would. */
export function RunControls({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const { id, address, lifecycle } = instance;
  const may = useMay();
  const changed = useChanged();
  const path = { id };
  const starting = useWrite(
    (_: void, params) =>
      answerOf(api.POST("/api/v1/tenants/{id}/start", { params: { ...params, path }, body: { awakeHours } })),
    changed,
  );
  const stopping = useWrite(
    (_: void, params) => answerOf(api.POST("/api/v1/tenants/{id}/stop", { params: { ...params, path } })),
    changed,
  );
  switch (lifecycle.reason) {
    case "unpaid":
      return (
        <Text>
          {t("instance.wayOut.unpaid")}
          {may("invoices:read") && (
            <>
              {" "}
              <Anchor component={Link} href={pagePaths.invoices}>
                {t("invoices.title")}
              </Anchor>
            </>
          )}
        </Text>
      );
    case "deleting":
    case "operator":
    case "expired":
    case "trialEnded":
      return <Text>{t(`instance.wayOut.${lifecycle.reason}`)}</Text>;
    case "stopped":
    case "inactiveHours":
      return (
        <Stack gap="xs">
          <Group>
            <Button loading={starting.isPending} onClick={() => starting.mutate()}>
              {t("instance.start")}
            </Button>
          </Group>
          {lifecycle.activeHours.length > 0 && <Text>{t("instance.startSays", { count: awakeHours })}</Text>}
          {starting.error && <Failure error={starting.error} />}
        </Stack>
      );
    default:
      return (
        <ConfirmByName
          // Once it is stopped, the next stop asks anew.
          key={lifecycle.reason}
          act={t("instance.stop")}
          says={[t("instance.stopSays", { address }), ...(lifecycle.wakeOnRequest ? [t("wake.still")] : [])].join(" ")}
          name={address}
          sending={stopping}
        />
      );
  }
}
