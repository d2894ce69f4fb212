import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { ConfirmByName } from "./ConfirmByName.tsx";
import { Failure } from "./Failure.tsx";

interface MomentFormProps {
  /** The end that is set; null: none. */
  readonly current: string | null;
  /** What has to be typed for one that comes sooner. */
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  /** Texts of the buttons that set it and take it away. */
  readonly set: string;
  readonly remove: string;
  /** What its removal does, where that is dangerous: then it asks for the name. Default: it isn't. */
  readonly removeSays?: string;
  /** What one that comes sooner does. */
  readonly says: (moment: string) => string;
  readonly sending: {
    readonly mutate: (moment: string | null) => void;
    readonly isPending: boolean;
    readonly error: Error | null;
  };
}

/** Sets when something ends, by the clock of who types it, or takes the end away. One that comes sooner asks for the name, and so does a removal that is dangerous. */
export function MomentForm({ current, name, label, hint, set, remove, removeSays, says, sending }: MomentFormProps) {
  const [typed, setTyped] = useState("");
  const wanted = typed === "" || Number.isNaN(Date.parse(typed)) ? null : new Date(typed).toISOString();
  const isLater = wanted !== null && current !== null && wanted > current;
  return (
    <Stack gap="xs" align="flex-start">
      <TextInput
        type="datetime-local"
        label={label}
        description={hint}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {wanted !== null && !isLater ? (
        <ConfirmByName
          key={wanted}
          act={set}
          says={says(wanted)}
          name={name}
          sending={{ ...sending, mutate: () => sending.mutate(wanted) }}
        />
      ) : (
        <Group>
          <Button
            variant="default"
            disabled={wanted === null}
            loading={sending.isPending}
            onClick={() => sending.mutate(wanted)}
          >
            {set}
          </Button>
          {current !== null && removeSays === undefined && (
            <Button variant="default" loading={sending.isPending} onClick={() => sending.mutate(null)}>
              {remove}
            </Button>
          )}
        </Group>
      )}
      {wanted === null && current !== null && removeSays !== undefined && (
        <ConfirmByName
          act={remove}
          says={removeSays}
          name={name}
          sending={{ ...sending, mutate: () => sending.mutate(null) }}
        />
      )}
      {sending.error && (wanted === null ? removeSays === undefined : isLater) && <Failure error={sending.error} />}
    </Stack>
  );
}
