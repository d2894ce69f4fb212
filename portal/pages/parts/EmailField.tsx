import { TextInput } from "@mantine/core";

interface EmailFieldProps {
  readonly name?: string;
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong with it. */
  readonly error?: string | undefined;
  /** `username` where somebody signs in with it. */
  readonly autoComplete: "username" | "email";
}

/** An e-mail address that is needed. */
export function EmailField({ onChange, ...rest }: EmailFieldProps) {
  return (
    <TextInput type="email" dir="ltr" required onChange={(event) => onChange(event.currentTarget.value)} {...rest} />
  );
}
