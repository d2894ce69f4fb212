import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, answerOf, type Schemas } from "../api.ts";
import type { OperatorScope } from "../../src/api/tokens.ts";
import type { Scope } from "../tokens/scopes.ts";

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
  /** How far he has shown his second factor, which he may have; null when nobody is signed in. */
  readonly secondFactor: "unset" | "unproven" | "proven" | null;
  /** How far he is an operator, who needs a second factor; null when he is none. */
  readonly operator: "unset" | "unproven" | "proven" | null;
  /** What he may as one: nothing before he has shown his second factor. */
  readonly operatorScopes: readonly OperatorScope[];
  /** Whom he acts for, and what he may there; null: he is in no team. */
  readonly team: {
    readonly id: string;
    /** His id as a member. */
    readonly member: string;
    readonly role: Role;
    readonly scopes: readonly Scope[];
  } | null;
  /** All teams that he is in. */
  readonly teams: readonly { readonly id: string; readonly name: string; readonly role: Role }[];
}

type Role = Schemas["Member"]["role"];

/** Who is signed in. */
export const useMe = () => useQuery({ queryKey: ["me"], queryFn: () => askLogin<Me>("GET"), staleTime: 60_000 });

/**
 * Whether who is signed in may do what a scope is about: what he may not isn't shown. It is for the eye; the API refuses it by itself. While it isn't
 * known, he may nothing.
 */
export function useMay(): (scope: Scope) => boolean {
  const scopes = useMe().data?.team?.scopes;
  return (scope) => scopes?.includes(scope) ?? false;
}

/** Whether who is signed in may do what a scope of operators is about, for the eye as well. */
export function useMayOperate(): (scope: OperatorScope) => boolean {
  const scopes = useMe().data?.operatorScopes;
  return (scope) => scopes?.includes(scope) ?? false;
}

/** Forgets all that was read as somebody else, and reads anew what is shown of it. */
export function useOtherUser(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    void queries.resetQueries({
      predicate: ({ queryKey: [name] }) => !["me", "plans", "invitation"].includes(String(name)),
    });
    await queries.invalidateQueries({ queryKey: ["me"] });
  };
}

/** Signs out. */
export function useSignOut() {
  const changed = useOtherUser();
  return useMutation<undefined, ApiError>({ mutationFn: () => askLogin("DELETE"), onSuccess: changed });
}
