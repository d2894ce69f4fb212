import { Box, Paper } from "@mantine/core";
import type { ReactNode } from "react";

interface ChoicesProps {
  /** Rows on a phone, where more than these hold are scrolled to, sideways. */
  readonly rows: number;
  readonly children: ReactNode;
}

/** Cards to choose from: as many rows as are needed where there is room, and few on a phone, of which the browser shows the one that gets the focus. */
export function Choices({ rows, children }: ChoicesProps) {
  return (
    <Box className="choices" __vars={{ "--choices-rows": String(rows) }}>
      {children}
    </Box>
  );
}

/** One of them: the whole card is pressed, as its field's label fills it. */
export function Choice({ children }: { readonly children: ReactNode }) {
  return (
    <Paper
      className="choice"
      withBorder
      onFocus={({ target, currentTarget }) => {
        // All of it, where a browser would show its field; not under a pointer, which would miss it then.
        if (target.matches(":focus-visible")) {
          currentTarget.scrollIntoView({ block: "nearest", inline: "nearest" });
        }
      }}
    >
      {children}
    </Paper>
  );
}

/** A label of choices, with how many there are where a phone may not show all. @param shown most that it shows */
export const labelOf = (label: string, count: number, shown: number): string =>
  count > shown ? `${label} (${count})` : label;
