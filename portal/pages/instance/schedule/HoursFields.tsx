import { Button, Checkbox, Fieldset, Group, Stack, Text, TextInput } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { type Hours, weekdays } from "./activeHours.ts";
import { useDays } from "./useDays.ts";

/** Id of the list of zones, which all fields share. */
export const zoneList = "schedule-zones";

interface HoursFieldsProps {
  /** Which of the hours they are, from 1 on. */
  readonly number: number;
  readonly hours: Hours;
  readonly fault: string | undefined;
  readonly change: (changes: Partial<Hours>) => void;
  readonly remove: () => void;
}

/** Fields of one interval: its days, its times, its zone. */
export function HoursFields({ number, hours, fault, change, remove }: HoursFieldsProps) {
  const { t } = useTranslation();
  const { dayNames } = useDays();
  const told = useId();
  return (
    <Fieldset legend={t("schedule.number", { number })} aria-describedby={fault && told}>
      <Stack gap="xs">
        <Checkbox.Group label={t("schedule.days")} value={[...hours.days]} onChange={(days) => change({ days })}>
          <Group gap="sm">
            {weekdays.map((day) => (
              <Checkbox key={day} value={day} label={dayNames[day]} />
            ))}
          </Group>
        </Checkbox.Group>
        <Group align="end">
          <TextInput
            type="time"
            label={t("schedule.from")}
            value={hours.from}
            onChange={(event) => change({ from: event.currentTarget.value })}
          />
          <TextInput
            type="time"
            label={t("schedule.to")}
            value={hours.to}
            onChange={(event) => change({ to: event.currentTarget.value })}
          />
          <TextInput
            label={t("schedule.inZone")}
            dir="ltr"
            list={zoneList}
            value={hours.zone}
            onChange={(event) => change({ zone: event.currentTarget.value })}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
          />
        </Group>
        <Text id={told} role="alert" size="sm" c="var(--mantine-color-error)" mih="1.6em">
          {fault}
        </Text>
        <Group>
          <Button variant="default" size="xs" onClick={remove} aria-label={t("schedule.removeNumber", { number })}>
            {t("schedule.remove")}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}
