import { createTheme, type CSSVariablesResolver } from "@mantine/core";

/** The fonts of the visitor's machine: none is loaded. */
export const theme = createTheme({
  // White text on it has a contrast of 5 to 1; Mantine's own shade has 3.5, and WCAG 2.2 asks for 4.5.
  primaryShade: { light: 8, dark: 8 },
  cursorType: "pointer",
  respectReducedMotion: true,
});

/** Colours of secondary text, links and errors that have a contrast of 4.5 to 1 or more, which Mantine's own haven't. */
export const variables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": colors.gray[7],
    "--mantine-color-error": colors.red[9],
    "--mantine-color-anchor": colors.blue[8],
  },
  dark: {
    "--mantine-color-dimmed": colors.dark[1],
    "--mantine-color-error": colors.red[3],
    "--mantine-color-anchor": colors.blue[3],
  },
});
