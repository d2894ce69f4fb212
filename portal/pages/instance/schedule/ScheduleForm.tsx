import { Button, Group, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOf, api, ApiError, type Schemas } from "../../api.ts";
import { ConfirmByName } from "../../parts/ConfirmByName.tsx";
import { Failure } from "../../parts/Failure.tsx";
import { Form } from "../../parts/Form.tsx";
import { ownZone } from "../../parts/useMoments.ts";
import { useWrite } from "../../parts/useWrite.ts";
import { ChangeList } from "../ChangeList.tsx";
import { useChanged, useChanges } from "../useInstance.ts";
import { type Hours, readHours, usualHours, writeHours } from "./activeHours.ts";
import { Holidays } from "./Holidays.tsx";
import { HoursFields, zoneList } from "./HoursFields.tsx";

/** Milliseconds without a change after which the API judges what is there. */
const pause = 400;

/** As many as the API takes. */
const mostHours = 20;

interface ScheduleFormProps {
  readonly instance: Schemas["Tenant"];
  readonly close: () => void;
}

/** Edits active hours and holidays. The API judges them while they are edited, and says what would come of them. */
export function ScheduleForm({ instance, close }: ScheduleFormProps) {
  const { t } = useTranslation();
  const changed = useChanged();
  const { id, address, lifecycle } = instance;
  const [hours, setHours] = useState<readonly Hours[]>(() => {
    const read = lifecycle.activeHours.flatMap(readHours);
    return read.length > 0 ? read : [usualHours(ownZone())];
  });
  const [holidays, setHolidays] = useState(lifecycle.holidays);
  const body = { activeHours: hours.map(writeHours), holidays };
  const proposed = { activeHours: body.activeHours.join(";"), holidays: holidays.join(",") };
  const [settled] = useDebouncedValue(JSON.stringify(proposed), pause);
  const judged = useChanges(id, JSON.parse(settled) as typeof proposed);
  const setting = useWrite(
    (wanted: typeof body, params) =>
      answerOf(api.PUT("/api/v1/tenants/{id}/schedule", { params: { ...params, path: { id } }, body: wanted })),
    async (answer) => {
      await changed(answer);
      close();
    },
  );
  // With these hours the next that it does is to start: it is stopped until then, now.
  const stops = lifecycle.desired === "running" && judged.data?.changes[0]?.state === "running";
  const isSettled = settled === JSON.stringify(proposed);
  const refusal = judged.error instanceof ApiError && judged.error.kind === "refused" ? judged.error : undefined;
  const faultOf = (field: string): string | undefined => {
    const reason = isSettled && refusal?.fields.find((fault) => fault.field === field)?.reason;
    return reason ? t([`schedule.faults.${reason}`, "refused.invalid"]) : undefined;
  };
  const replace = (index: number, changes: Partial<Hours>) =>
    setHours(hours.map((one, other) => (other === index ? { ...one, ...changes } : one)));
  const isKnown = isSettled && judged.data !== undefined;
  const save = { ...setting, mutate: () => setting.mutate(body) };
  return (
    <Stack gap="sm">
      <Text>{t("schedule.says")}</Text>
      <datalist id={zoneList}>
        {Intl.supportedValuesOf("timeZone").map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {hours.map((one, index) => (
        <HoursFields
          key={index}
          number={index + 1}
          hours={one}
          fault={faultOf(`activeHours[${index}]`)}
          change={(changes) => replace(index, changes)}
          remove={() => setHours(hours.filter((_, other) => other !== index))}
        />
      ))}
      <Group>
        <Button
          variant="default"
          disabled={hours.length >= mostHours}
          onClick={() => setHours([...hours, usualHours(hours.at(-1)?.zone ?? ownZone())])}
        >
          {t("schedule.add")}
        </Button>
      </Group>
      {hours.length > 0 && <Holidays days={holidays} set={setHolidays} />}
      {/* Its room is kept, so that what is below doesn't move. */}
      <Stack gap={4} mih="10em" role="status">
        {judged.data && isSettled ? (
          <>
            <Text fw={700}>{t("schedule.then")}</Text>
            {judged.data.changes.length > 0 ? (
              <ChangeList changes={judged.data.changes} />
            ) : (
              <Text>{t("instance.noChange")}</Text>
            )}
          </>
        ) : (
          !judged.error && <Text c="dimmed">{t("schedule.judging")}</Text>
        )}
        {refusal && isSettled && <Text>{t("schedule.refused")}</Text>}
        {judged.error && !refusal && <Failure error={judged.error} retry={() => void judged.refetch()} />}
      </Stack>
      {isKnown && stops ? (
        <ConfirmByName
          act={t("schedule.save")}
          says={t("schedule.stopsNow", { address })}
          name={address}
          sending={save}
        />
      ) : (
        <Form sending={save} submit={t("schedule.save")} disabled={!isKnown} noValidate>
          {null}
        </Form>
      )}
      <Group>
        <Button variant="default" onClick={close}>
          {t("schedule.discard")}
        </Button>
      </Group>
    </Stack>
  );
}
