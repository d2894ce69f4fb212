import { Code } from "@mantine/core";

/** Something to copy. It is wrapped: what would have to be scrolled, a keyboard couldn't read. */
export function ShownOnce({ text }: { readonly text: string }) {
  return (
    <Code block dir="ltr" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
      {text}
    </Code>
  );
}
