import { Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api } from "../api.ts";

/** Milliseconds without a letter after which an address is looked for. */
const pause = 300;

interface AddressFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What the order was refused for. */
  readonly fault: string | undefined;
}

/** An address, and whether it can be had, while it is typed. */
export function AddressField({ value, onChange, fault }: AddressFieldProps) {
  const { t } = useTranslation();
  const [settled] = useDebouncedValue(value, pause);
  const found = useQuery({
    queryKey: ["address", settled],
    queryFn: () => answerOf(api.GET("/api/v1/addresses/{address}", { params: { path: { address: settled } } })),
    enabled: settled !== "",
  });
  const isSettled = value === settled && found.data !== undefined;
  const reason = isSettled ? found.data.reason : null;
  const shown = fault ?? (reason === "invalid" ? t("refused.address") : reason && t(`refused.${reason}`));
  return (
    <Stack gap={2}>
      <TextInput
        name="address"
        dir="ltr"
        label={t("order.address")}
        description={t("order.addressHint")}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value.trim().toLowerCase())}
        error={shown}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        required
      />
      {/* Its room is kept, so that nothing below moves. */}
      <Text role="status" size="sm" c="dimmed" mih="1.6em">
        {value !== "" && !shown && !found.error && t(isSettled ? "order.isFree" : "order.isChecked")}
      </Text>
    </Stack>
  );
}
