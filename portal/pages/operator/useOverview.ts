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

/** How many tenants there are, by what they can be filtered by. */
export const useSummary = () =>
  useQuery({
    queryKey: ["operator", "summary"],
    queryFn: () => answerOf(api.GET("/api/v1/operator/summary")),
    refetchInterval,
  });
