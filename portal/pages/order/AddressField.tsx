import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answerOf, api, ApiError } from "../api.ts";

/** Milliseconds without a letter after which an address is looked for. */
const pause = 300;

/** Milliseconds after which it is looked for again where that failed. */
const again = 10_000;

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
    // What couldn't be looked for is, as soon as it can.
    refetchInterval: ({ state: { error } }) => (error ? again : false),
  });
  const isSettled = value === settled && found.data !== undefined;
  const reason = isSettled ? found.data.reason : null;
  const shown = fault ?? (reason === "invalid" ? t("refused.address") : reason && t(`refused.${reason}`));
  const isTooOften = found.error instanceof ApiError && found.error.kind === "tooMany";
  const standing =
    value === ""
      ? t("order.addressHint")
      : value === settled && found.error
        ? t(isTooOften ? "order.isTooOften" : "order.isUnchecked")
        : t(isSettled ? "order.isFree" : "order.isChecked");
  return (
    <TextInput
      name="address"
      dir="ltr"
      label={t("order.address")}
      // The hint, then what comes of it, in the room of two lines: nothing below moves.
      description={shown ?? standing}
      descriptionProps={{ role: "status", mih: "2.8em", c: shown ? "var(--mantine-color-error)" : "dimmed" }}
      inputWrapperOrder={["label", "input", "description"]}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.trim().toLowerCase())}
      error={Boolean(shown)}
      autoCapitalize="none"
      autoComplete="off"
      spellCheck={false}
      required
    />
  );
}
