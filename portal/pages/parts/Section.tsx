import { Paper, Stack, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

interface SectionProps {
  readonly title: string;
  /** Whether it takes all of a row among `Sections`. Default: where there is room, another one stands beside it. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

/** A part of a page, with a heading of its own. */
export function Section({ title, isWide = false, children }: SectionProps) {
  const id = useId();
  return (
    <Paper component="section" withBorder className="section" data-wide={isWide || undefined} aria-labelledby={id}>
      <Stack gap="xs">
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {children}
      </Stack>
    </Paper>
  );
}
