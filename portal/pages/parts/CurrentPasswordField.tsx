import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface CurrentPasswordFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** The password that somebody signs in with. */
export function CurrentPasswordField({ value, onChange }: CurrentPasswordFieldProps) {
  const { t } = useTranslation();
  return (
    <TextInput
      type="password"
      dir="ltr"
      label={t("login.password")}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="current-password"
      required
    />
  );
}
