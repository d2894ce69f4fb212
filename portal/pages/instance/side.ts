import { createContext, useContext } from "react";
import { answerOf, api, type Schemas } from "../api.ts";
import { useMay } from "../login/me.ts";
import type { Scope } from "../tokens/scopes.ts";

/** Header of a write. */
interface Keyed {
  readonly header: { readonly "Idempotency-Key": string };
}

/**
 * Who looks at an instance, and the operations that the parts of its page work by. An operator reads the same of anybody's by operations of his own,
 * which customers' browsers don't load.
 */
export interface Side {
  readonly isOperators: boolean;
  /** Begins the keys of what is read of one. */
  readonly key: readonly string[];
  readonly backups: (id: string) => Promise<Schemas["Backups"]>;
  readonly domains: (id: string) => Promise<Schemas["DomainList"]>;
  readonly copy: (id: string) => Promise<Schemas["CopyOffer"]>;
  readonly exports: (id: string) => Promise<{ exports: Schemas["Export"][] }>;
  readonly usage: (id: string, month: string) => Promise<Schemas["Usage"]>;
  readonly delete: (id: string, address: string, params: Keyed) => Promise<Schemas["Tenant"]>;
  readonly undoDeletion: (id: string, params: Keyed) => Promise<Schemas["Tenant"]>;
}

const customers: Side = {
  isOperators: false,
  key: ["instance"],
  backups: (id) => answerOf(api.GET("/api/v1/tenants/{id}/backups", { params: { path: { id } } })),
  domains: (id) => answerOf(api.GET("/api/v1/tenants/{id}/domains", { params: { path: { id } } })),
  copy: (id) => answerOf(api.GET("/api/v1/tenants/{id}/copy", { params: { path: { id } } })),
  exports: (id) => answerOf(api.GET("/api/v1/tenants/{id}/exports", { params: { path: { id } } })),
  usage: (id, month) => answerOf(api.GET("/api/v1/tenants/{id}/usage", { params: { path: { id }, query: { month } } })),
  delete: (id, address, params) =>
    answerOf(api.POST("/api/v1/tenants/{id}/deletion", { params: { ...params, path: { id } }, body: { address } })),
  undoDeletion: (id, params) =>
    answerOf(api.DELETE("/api/v1/tenants/{id}/deletion", { params: { ...params, path: { id } } })),
};

/** Whose side the parts of an instance's page are on; the customer's where nothing says so. */
export const SideContext = createContext(customers);

/** Who looks. */
export const useSide = (): Side => useContext(SideContext);

/** Whether who looks may do to an instance what a scope of customers is about. An operator may not: it is his customer's to do. */
export function useMayHere(): (scope: Scope) => boolean {
  const may = useMay();
  const { isOperators } = useSide();
  return (scope) => !isOperators && may(scope);
}
