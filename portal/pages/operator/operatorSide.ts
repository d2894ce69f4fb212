import { answerOf, api } from "../api.ts";
import type { Side } from "../instance/side.ts";

/** Operators' side of an instance: whoever's it is. What they read begins with one key, and is all read anew after each act of theirs. */
export const operatorSide: Side = {
  isOperators: true,
  key: ["operator", "tenant"],
  backups: (id) => answerOf(api.GET("/api/v1/operator/tenants/{id}/backups", { params: { path: { id } } })),
  domains: (id) => answerOf(api.GET("/api/v1/operator/tenants/{id}/domains", { params: { path: { id } } })),
  copy: (id) => answerOf(api.GET("/api/v1/operator/tenants/{id}/copy", { params: { path: { id } } })),
  exports: (id) => answerOf(api.GET("/api/v1/operator/tenants/{id}/exports", { params: { path: { id } } })),
  usage: (id, month) =>
    answerOf(api.GET("/api/v1/operator/tenants/{id}/usage", { params: { path: { id }, query: { month } } })),
  delete: (id, address, params) =>
    answerOf(
      api.POST("/api/v1/operator/tenants/{id}/deletion", { params: { ...params, path: { id } }, body: { address } }),
    ),
  undoDeletion: (id, params) =>
    answerOf(api.DELETE("/api/v1/operator/tenants/{id}/deletion", { params: { ...params, path: { id } } })),
};
