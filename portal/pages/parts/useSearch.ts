import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";

/** Milliseconds without a letter after which it is searched. */
const pause = 300;

/** What is typed into a field, and what of it is searched for. */
export function useSearch() {
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, pause);
  return { typed, setTyped, search };
}
