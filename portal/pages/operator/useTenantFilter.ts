import { type RefObject, useRef } from "react";
import { useSearchParams } from "wouter";
import { useSearch } from "../parts/useSearch.ts";

/** What tenants can be filtered by; empty: not by that. */
export interface TenantFilter {
  readonly kind: (typeof tenantKinds)[number];
  readonly backups: (typeof backupKinds)[number];
  readonly host: string;
  readonly plan: string;
}

/** What tenants are. */
export const tenantKinds = ["", "running", "suspended", "unmade", "failed", "toBeDeleted"] as const;

/** How backups are. */
export const backupKinds = ["", "overdue", "unproven", "unknown"] as const;

/** The list of tenants as it is searched and filtered. */
export interface FilteredTenants {
  readonly filter: TenantFilter;
  readonly typed: string;
  readonly search: string;
  readonly setTyped: (typed: string) => void;
  readonly change: (changes: Partial<TenantFilter>) => void;
  /** Filters by this alone, and leads to the list. */
  readonly show: (only: Partial<TenantFilter>) => void;
  /** Where the list is. */
  readonly list: RefObject<HTMLDivElement | null>;
}

/** How tenants are filtered, which the page's address keeps: whoever comes back from one finds the list as he left it. */
export function useTenantFilter(): FilteredTenants {
  const [params, setParams] = useSearchParams();
  const { typed, setTyped, search } = useSearch();
  const list = useRef<HTMLDivElement>(null);
  const one = <Kind extends string>(name: string, kinds: readonly Kind[]): Kind =>
    kinds.find((kind) => kind === params.get(name)) ?? kinds[0]!;
  const filter = {
    kind: one("kind", tenantKinds),
    backups: one("backups", backupKinds),
    host: params.get("host") ?? "",
    plan: params.get("plan") ?? "",
  };
  const set = (wanted: Partial<TenantFilter>): void =>
    setParams(
      Object.entries(wanted).filter(([, value]) => value !== ""),
      { replace: true },
    );
  return {
    ...{ filter, typed, search, setTyped, list },
    change: (changes) => set({ ...filter, ...changes }),
    show: (only) => {
      setTyped("");
      set(only);
      list.current?.focus();
    },
  };
}
