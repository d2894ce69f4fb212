import { Skeleton, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

/** Milliseconds after which it is said that it takes long. */
const long = 4000;

/** Keeps the room of what is loaded, and says so when it takes long. @param height of what comes, in pixels. */
export function Waiting({ height }: { readonly height: number }) {
  const { t } = useTranslation();
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), long);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Stack gap="xs">
      <Skeleton height={height} aria-hidden />
      <Text role="status" size="sm" c="dimmed">
        {t(isLong ? "waiting.long" : "waiting.now")}
      </Text>
    </Stack>
  );
}
