import { Group } from "@mantine/core";
import type { ReactNode } from "react";

interface ApartProps {
  /** Default: `div`. */
  readonly component?: "div" | "li";
  readonly children: ReactNode;
}

/** What begins a line and what ends it: close together, one below the other, where they don't fit into one. */
export function Apart({ component = "div", children }: ApartProps) {
  return (
    <Group component={component} justify="space-between" align="baseline" gap="xs" style={{ rowGap: 0 }}>
      {children}
    </Group>
  );
}
