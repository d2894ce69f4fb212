import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ShownOnce } from "./ShownOnce.tsx";

interface NewSecretProps {
  readonly title: string;
  /** The secret; null where it was told in an answer that got lost. */
  readonly secret: string | null;
  /** What is said then. */
  readonly lost: string;
  readonly hide: () => void;
}

/** A secret that was made just now, and is shown this once. */
export function NewSecret({ title, secret, lost, hide }: NewSecretProps) {
  const { t } = useTranslation();
  const told = useRef<HTMLDivElement>(null);
  useEffect(() => told.current?.focus(), []);
  return (
    <Alert ref={told} tabIndex={-1} role="status" variant="outline" title={title}>
      <Stack gap="xs">
        <Text>{secret === null ? lost : t("newSecret.once")}</Text>
        {secret !== null && <ShownOnce text={secret} />}
        <Group>
          <Button variant="default" size="xs" onClick={hide}>
            {t("newSecret.hide")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
