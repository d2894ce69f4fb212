import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, answerOf } from "../api.ts";

/** Asks what the pages alone ask: it isn't in the API's document. */
export async function askLogin<Body>(method: string, path = "", body?: object): Promise<Body> {
  const asked = async () => {
    const response = await fetch(`/api/login${path}`, {
      method,
      ...(body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const read = (text === "" ? undefined : JSON.parse(text)) as unknown;
    return { response, ...(response.ok ? { data: read as Body } : { error: read }) };
  };
  return answerOf<Body>(asked());
}

/** Who is signed in. */
export interface Me {
  /** null when nobody is. */
  readonly email: string | null;
  /** How far he is an operator, who needs a second factor; null when he is none. */
  readonly operator: "unset" | "unproven" | "proven" | null;
}

/** Who is signed in. */
export const useMe = () => useQuery({ queryKey: ["me"], queryFn: () => askLogin<Me>("GET"), staleTime: 60_000 });

/** Forgets all that was read as somebody else. */
export function useOtherUser(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    queries.removeQueries({ predicate: ({ queryKey: [name] }) => name !== "me" && name !== "plans" });
    await queries.invalidateQueries({ queryKey: ["me"] });
  };
}

/** Signs out. */
export function useSignOut() {
  const changed = useOtherUser();
  return useMutation<undefined, ApiError>({ mutationFn: () => askLogin("DELETE"), onSuccess: changed });
}
