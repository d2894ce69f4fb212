import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "./Failure.tsx";

interface ConfirmByNameProps {
  /** Text of the button that begins it. */
  readonly act: string;
  /** What it is to those who hear it, where several of its kind are on a page. Default: `act`. */
  readonly label?: string;
  /** What it does, and what it doesn't. */
  readonly says: string;
  /** What has to be typed. */
  readonly name: string;
  readonly sending: { readonly mutate: () => void; readonly isPending: boolean; readonly error: Error | null };
  /** What else is asked before the name. */
  readonly children?: ReactNode;
}

/** What sets a name apart in a text from right to left, and comes along when it is copied from there. */
const marks = /[\u2066-\u2069]/g;

/** A dangerous act: it says what it does, and is done only by who types the name of what it is done to. Once it is sent, it closes. */
export function ConfirmByName({ act, label, says, name, sending, children }: ConfirmByNameProps) {
  const { t } = useTranslation();
  const [isAsked, setAsked] = useState(false);
  const [typed, setTyped] = useState("");
  const end = () => {
    setAsked(false);
    setTyped("");
  };
  const { isPending, error } = sending;
  const isNamed = typed.replace(marks, "").trim() === name;
  const wasPending = useRef(false);
  useEffect(() => {
    if (wasPending.current && !isPending && !error) {
      end();
    }
    wasPending.current = isPending;
  }, [isPending, error]);
  if (!isAsked) {
    return (
      <Group>
        <Button variant="default" onClick={() => setAsked(true)} aria-label={label}>
          {act}
        </Button>
      </Group>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isNamed && !isPending) {
          sending.mutate();
        }
      }}
    >
      <Stack gap="xs">
        <Text>{says}</Text>
        {children}
        <TextInput
          label={t("confirmName.label", { name })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          autoFocus
        />
        {error && <Failure error={error} />}
        <Group>
          <Button type="submit" color="red" disabled={!isNamed} loading={isPending}>
            {act}
          </Button>
          <Button variant="default" onClick={end}>
            {t("confirmName.no")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
