import type { Screen } from "./view";

/** Erases the line and goes to its start. */
const erase = "\r\u001b[2K";

/** A stream as a screen: the line that changes is shown on a terminal alone. */
export function terminal(stream: NodeJS.WriteStream): Screen {
  let shown = "";
  return {
    print: (line) => {
      stream.write(`${line}\n`);
    },
    status: (line) => {
      if (!stream.isTTY || line === shown) {
        return;
      }
      // A line that wraps can't be erased.
      const text = line.slice(0, (stream.columns || 80) - 1);
      stream.write(`${shown === "" ? "" : erase}${text}`);
      shown = text;
    },
  };
}
