import { Box } from "@mantine/core";
import type { ReactNode } from "react";

/** Parts of a page, two in a row where there is room. They follow each other as they are written, for who reads by keyboard, too. */
export function Sections({ children }: { readonly children: ReactNode }) {
  return <Box className="sections">{children}</Box>;
}
