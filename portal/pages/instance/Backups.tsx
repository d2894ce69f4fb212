import { Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, type Schemas } from "../api.ts";
import { ConfirmByName } from "../parts/ConfirmByName.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Section } from "../parts/Section.tsx";
import { useLocale } from "../parts/useLanguage.ts";
import { ownZone, useMoments } from "../parts/useMoments.ts";
import { useWrite } from "../parts/useWrite.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { useMayHere } from "./side.ts";
import { useBackups, useChanged } from "./useInstance.ts";

interface Parts {
  readonly instance: Schemas["Tenant"];
  readonly backups: Schemas["Backups"];
}

/** What can be restored of an instance, when that was proven, and its restores to a moment. */
export function Backups({ instance }: { readonly instance: Schemas["Tenant"] }) {
  const { t } = useTranslation();
  const mayRestore = useMayHere()("tenants:restore");
  const { data, error, refetch } = useBackups(instance.id);
  return (
    <Section title={t("backups.title")}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting height={80} />}
      {data && (
        <>
          <Known backups={data} />
          <LastRestore backups={data} instance={instance} />
          {mayRestore && data.window && <Restore backups={data} instance={instance} />}
        </>
      )}
    </Section>
  );
}

/** What is there. */
function Known({ backups }: Pick<Parts, "backups">) {
  const { t } = useTranslation();
  const at = useMoments();
  const { window, databaseAt, filesAt, provenAt, isUnproven } = backups;
  return (
    <Stack gap={4}>
      <Text>{window ? t("backups.from", { at: at(window.from), zone: ownZone() }) : t("backups.none")}</Text>
      {databaseAt && <Text>{t("backups.database", { at: at(databaseAt) })}</Text>}
      {filesAt && <Text>{t("backups.files", { at: at(filesAt) })}</Text>}
      <Text>{provenAt ? t("backups.proven", { at: at(provenAt) }) : t("backups.unproven")}</Text>
      {isUnproven && <Text>{t("backups.proofFailed")}</Text>}
    </Stack>
  );
}

/** How far the last restore is, and its undoing. */
function LastRestore({ backups, instance }: Parts) {
  const { t } = useTranslation();
  const at = useMoments();
  const changed = useChanged();
  const { id, address } = instance;
  const undoing = useWrite(
    (_: void, params) =>
      answerOf(
        api.POST("/api/v1/tenants/{id}/restores/undo", {
          params: { ...params, path: { id } },
          body: { address, isDowntimeAccepted: true },
        }),
      ),
    changed,
  );
  const mayUndo = useMayHere()("tenants:restore");
  const [last] = backups.restores;
  if (!last) {
    return null;
  }
  return (
    <>
      <Text role="status">{t(`backups.states.${last.state}`, { at: at(last.at) })}</Text>
      {mayUndo && last.undoUntil !== null && instance.job === null && (
        <>
          <Text>{t("backups.undoUntil", { at: at(last.undoUntil) })}</Text>
          <ConfirmByName
            act={t("backups.undo")}
            says={`${t("backups.undoSays", { address })} ${t("plan.away", { address })}`}
            name={address}
            sending={undoing}
          />
        </>
      )}
    </>
  );
}

/** Restores it to a moment by the clock of who looks. */
function Restore({ backups, instance }: Parts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const changed = useChanged();
  const [typed, setTyped] = useState("");
  const { id, address } = instance;
  const restoring = useWrite(
    (at: string, params) =>
      answerOf(
        api.POST("/api/v1/tenants/{id}/restores", {
          params: { ...params, path: { id } },
          body: { at, address, isDowntimeAccepted: true },
        }),
      ),
    (answer) => {
      setTyped("");
      return changed(answer);
    },
  );
  if (instance.state !== "running") {
    const why = instance.deleteAt !== null ? "stateReasons.deleting" : "backups.notRunning";
    return <Text c="dimmed">{t(instance.job === null ? why : "backups.busy")}</Text>;
  }
  const wanted = typed === "" || Number.isNaN(Date.parse(typed)) ? undefined : new Date(typed).toISOString();
  const isOutside = wanted !== undefined && (wanted < backups.window!.from || wanted > new Date().toISOString());
  const refused = restoring.error?.fields.find(({ field }) => field === "at");
  const exactly = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" });
  const { downtime } = backups;
  const before = downtime
    ? t(`plan.${downtime.basis}`, { seconds: downtime.seconds, count: downtime.of })
    : t("backups.unknownTime");
  return (
    <Stack gap="xs" align="flex-start">
      <TextInput
        type="datetime-local"
        step={1}
        label={t("backups.moment")}
        description={t("instance.zone", { zone: ownZone() })}
        value={typed}
        onChange={(event) => {
          restoring.reset();
          setTyped(event.currentTarget.value);
        }}
        error={
          isOutside
            ? t("backups.refused.outside")
            : refused && t([`backups.refused.${refused.reason}`, "refused.invalid"])
        }
      />
      {wanted !== undefined && !isOutside && (
        <ConfirmByName
          key={wanted}
          act={t("backups.restore")}
          says={[
            t("backups.says", { address, at: exactly.format(new Date(wanted)) }),
            t("plan.away", { address }),
            before,
            t("backups.keeps"),
          ].join(" ")}
          name={address}
          sending={{ ...restoring, mutate: () => restoring.mutate(wanted) }}
        />
      )}
    </Stack>
  );
}
