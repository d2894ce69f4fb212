import { Group, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** A name and its value, in a list of such (`dl`). What is long is wrapped. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Group justify="space-between" wrap="nowrap" align="baseline">
      <Text component="dt" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0} ta="end" style={{ overflowWrap: "anywhere" }}>
        <bdi>{children}</bdi>
      </Text>
    </Group>
  );
}
