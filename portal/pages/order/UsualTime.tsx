import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Plans } from "./plans.ts";

/** How long an order usually takes, as far as that is known. */
export function UsualTime({ usual }: { readonly usual: Plans["usual"] }) {
  const { t } = useTranslation();
  return (
    <Text size="sm" c="dimmed">
      {usual === null ? t("order.usualUnknown") : t("order.usual", { seconds: usual.seconds, count: usual.of })}
    </Text>
  );
}
