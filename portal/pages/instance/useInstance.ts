import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { answerOf, api, type Schemas } from "../api.ts";
import { useSide } from "./side.ts";

/** Milliseconds between two looks: at what is being done, at whether something is, and at what follows from that, which is read anew once it is over. */
const [lookSoon, lookLater, lookRarely] = [3000, 10_000, 30_000];

/** Newest jobs that are shown. */
const newestJobs = 10;

/** An instance of the customer's. @param isWanted false: it isn't asked for yet. */
export const useInstance = (id: string, isWanted = true) =>
  useQuery({
    queryKey: ["instance", id],
    queryFn: () => answerOf(api.GET("/api/v1/tenants/{id}", { params: { path: { id } } })),
    enabled: isWanted,
    refetchInterval: ({ state: { data } }) => (data?.job ? lookSoon : lookLater),
  });

/** Its newest jobs, as its customer sees them. Operators' are a list of their own, page by page. */
export const useJobs = (tenant: string, isBusy: boolean) =>
  useQuery({
    queryKey: ["instance", tenant, "jobs"],
    queryFn: () => answerOf(api.GET("/api/v1/jobs", { params: { query: { tenant, limit: newestJobs } } })),
    refetchInterval: isBusy ? lookSoon : lookRarely,
  });

/** Reads all of an instance anew as what is done to it is over, or something else is begun. */
export function useFreshAfterJobs({ id, job }: Pick<Schemas["Tenant"], "id" | "job">): void {
  const side = useSide();
  const queries = useQueryClient();
  const last = useRef(job);
  useEffect(() => {
    if (last.current !== job) {
      last.current = job;
      void queries.invalidateQueries({ queryKey: [...side.key, id] });
    }
  }, [queries, side, id, job]);
}

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
    refetchInterval: lookRarely,
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
export function useBackups(id: string) {
  const side = useSide();
  return useQuery({
    queryKey: [...side.key, id, "backups"],
    queryFn: () => side.backups(id),
    refetchInterval: lookRarely,
  });
}

/** Its customer's own domains. */
export function useDomains(id: string) {
  const side = useSide();
  return useQuery({
    queryKey: [...side.key, id, "domains"],
    queryFn: () => side.domains(id),
    refetchInterval: lookRarely,
  });
}

/** Its staging copy. */
export function useCopy(id: string) {
  const side = useSide();
  return useQuery({
    queryKey: [...side.key, id, "copy"],
    queryFn: () => side.copy(id),
    refetchInterval: ({ state: { data } }) => (data?.copy?.job ? lookSoon : lookRarely),
  });
}

/** Its exports. */
export function useExports(id: string) {
  const side = useSide();
  return useQuery({
    queryKey: [...side.key, id, "exports"],
    queryFn: () => side.exports(id),
    refetchInterval: lookRarely,
  });
}

/** What it used in a month. What was read of another month stays until that is there. */
export function useUsage(id: string, month: string) {
  const side = useSide();
  return useQuery({
    queryKey: [...side.key, id, "usage", month],
    queryFn: () => side.usage(id, month),
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  });
}

/** Takes over what a write answered, and reads anew what follows from it. */
export function useChanged(): (instance: Schemas["Tenant"]) => Promise<void> {
  const queries = useQueryClient();
  const { isOperators } = useSide();
  return async (instance) => {
    if (isOperators) {
      await queries.invalidateQueries({ queryKey: ["operator"] });
      return;
    }
    queries.setQueryData(["instance", instance.id], instance);
    await Promise.all([
      queries.invalidateQueries({ queryKey: ["instance", instance.id] }),
      queries.invalidateQueries({ queryKey: ["tenants"] }),
    ]);
  };
}
