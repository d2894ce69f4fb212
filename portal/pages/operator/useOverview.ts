import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../api.ts";

/** Milliseconds between two looks. */
const refetchInterval = 10_000;

/** The portal's places by host, and who waits for one. */
export const useCapacity = () =>
  useQuery({
    queryKey: ["operator", "capacity"],
    queryFn: () => answerOf(api.GET("/api/v1/operator/capacity")),
    refetchInterval,
  });

/** What fires in the whole fleet. */
export const useAlerts = () =>
  useQuery({
    queryKey: ["operator", "alerts"],
    queryFn: () => answerOf(api.GET("/api/v1/operator/alerts")),
    refetchInterval: 30_000,
  });

/** How many tenants there are, by what they can be filtered by. */
export const useSummary = () =>
  useQuery({
    queryKey: ["operator", "summary"],
    queryFn: () => answerOf(api.GET("/api/v1/operator/summary")),
    refetchInterval,
  });
