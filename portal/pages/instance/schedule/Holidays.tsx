import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDays } from "./useDays.ts";

interface HolidaysProps {
  /** Dates, `YYYY-MM-DD`. */
  readonly days: readonly string[];
  readonly set: (days: string[]) => void;
}

/** Days on which no active hours start. */
export function Holidays({ days, set }: HolidaysProps) {
  const { t } = useTranslation();
  const { dateOf } = useDays();
  const [typed, setTyped] = useState("");
  const add = () => {
    set([...new Set([...days, typed])].sort());
    setTyped("");
  };
  return (
    <Stack gap="xs">
      <Group align="end">
        <TextInput
          type="date"
          label={t("schedule.holiday")}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            // Enter adds it; the whole is saved by its own button.
            if (event.key === "Enter" && typed !== "") {
              event.preventDefault();
              add();
            }
          }}
        />
        <Button variant="default" disabled={typed === ""} onClick={add}>
          {t("schedule.holidayAdd")}
        </Button>
      </Group>
      {days.length > 0 && (
        <Stack component="ul" gap={4} p={0} m={0}>
          {days.map((day) => (
            <Group component="li" key={day} gap="xs">
              <Text>{dateOf(day)}</Text>
              <Button
                variant="default"
                size="xs"
                aria-label={t("schedule.holidayRemove", { day: dateOf(day) })}
                onClick={() => set(days.filter((other) => other !== day))}
              >
                {t("schedule.remove")}
              </Button>
            </Group>
          ))}
        </Stack>
      )}
    </Stack>
  );
}
