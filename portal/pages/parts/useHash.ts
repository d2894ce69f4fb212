import { useSyncExternalStore } from "react";

function subscribe(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

/** What is behind the # of the address: a mail's code, also of a link that is followed from the same page. */
export const useHash = (): string => useSyncExternalStore(subscribe, () => location.hash.slice(1));
