import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { answerOf, api, type Schemas } from "../api.ts";

/** Milliseconds between two looks, while something is done to it and otherwise. */
const [lookSoon, lookLater] = [3000, 10_000];

/** An instance of the customer's. */
export const useInstance = (id: string) =>
  useQuery({
    queryKey: ["instance", id],
    queryFn: () => answerOf(api.GET("/api/v1/tenants/{id}", { params: { path: { id } } })),
    refetchInterval: ({ state: { data } }) => (data?.job ? lookSoon : lookLater),
  });

/** Its newest jobs. */
export const useJobs = (tenant: string, isBusy: boolean) =>
  useQuery({
    queryKey: ["instance", tenant, "jobs"],
    queryFn: () => answerOf(api.GET("/api/v1/jobs", { params: { query: { tenant, limit: 10 } } })),
    refetchInterval: isBusy ? lookSoon : lookLater,
  });

/** Its audit trail, page by page. */
export const useTrail = (tenant: string) =>
  useInfiniteQuery({
    queryKey: ["instance", tenant, "audit"],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET("/api/v1/audit", { params: { query: { tenant, limit: 10, ...(pageParam && { cursor: pageParam }) } } }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchInterval: lookLater,
  });

/** When it starts and stops next. @param proposed another schedule, of which it is asked what would come of it. */
export const useChanges = (id: string, proposed?: { readonly activeHours: string; readonly holidays: string }) =>
  useQuery({
    queryKey: ["instance", id, "changes", proposed ?? null],
    queryFn: () =>
      answerOf(api.GET("/api/v1/tenants/{id}/changes", { params: { path: { id }, query: proposed ?? {} } })),
    refetchInterval: 60_000,
  });

/** What each plan would mean for it. @param plan its own, with which that changes. */
export const useResizes = (id: string, plan: string) =>
  useQuery({
    queryKey: ["instance", id, "plans", plan],
    queryFn: () => answerOf(api.GET("/api/v1/tenants/{id}/plans", { params: { path: { id } } })),
    refetchInterval: 60_000,
  });

/** What can be restored of it, and what was. */
export const useBackups = (id: string, isBusy: boolean) =>
  useQuery({
    queryKey: ["instance", id, "backups"],
    queryFn: () => answerOf(api.GET("/api/v1/tenants/{id}/backups", { params: { path: { id } } })),
    refetchInterval: isBusy ? lookSoon : lookLater,
  });

/** Takes over what a write answered, and reads anew what follows from it. */
export function useChanged(): (instance: Schemas["Tenant"]) => Promise<void> {
  const queries = useQueryClient();
  return async (instance) => {
    queries.setQueryData(["instance", instance.id], instance);
    await Promise.all([
      queries.invalidateQueries({ queryKey: ["instance", instance.id] }),
      queries.invalidateQueries({ queryKey: ["tenants"] }),
    ]);
  };
}
