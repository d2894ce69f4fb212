import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Plans } from "./plans.ts";

interface UsualTimeProps {
  readonly sold: Plans;
  /** What is ordered with it, sorted: with other modules it takes another time. */
  readonly modules: readonly string[];
}

/** How long such an order usually takes, as far as that is known. */
export function UsualTime({ sold, modules }: UsualTimeProps) {
  const { t } = useTranslation();
  const isPlain = modules.length === 0;
  const usual = isPlain ? sold.usual : sold.usualWith.find((one) => one.modules.join() === modules.join());
  return (
    <Text size="sm" c="dimmed">
      {usual
        ? t(isPlain ? "order.usual" : "order.usualWith", { seconds: usual.seconds, count: usual.of })
        : t(isPlain ? "order.usualUnknown" : "order.usualUnknownWith")}
    </Text>
  );
}
