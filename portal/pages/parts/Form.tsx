import { Button, Group, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { Failure } from "./Failure.tsx";

interface FormProps {
  /** What is sent by it. */
  readonly sending: { readonly mutate: () => void; readonly isPending: boolean; readonly error: Error | null };
  /** Text of its button. */
  readonly submit: string;
  /** Whether faults are shown by the page and not by the browser. */
  readonly noValidate?: boolean;
  /** Whether what it would send can't be used. */
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

/** Fields that are sent together, by a button or by Enter, and what came of it. */
export function Form({ sending, submit, noValidate = false, disabled = false, children }: FormProps) {
  return (
    <form
      noValidate={noValidate}
      onSubmit={(event) => {
        event.preventDefault();
        if (!disabled && !sending.isPending) {
          sending.mutate();
        }
      }}
    >
      <Stack gap="sm">
        {children}
        {sending.error && <Failure error={sending.error} />}
        <Group>
          <Button type="submit" loading={sending.isPending} disabled={disabled}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
