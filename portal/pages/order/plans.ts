import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "../api.ts";

/** What is sold. */
export const usePlans = () =>
  useQuery({ queryKey: ["plans"], queryFn: () => answerOf(api.GET("/api/v1/plans")), staleTime: 60_000 });

/** What is sold, once it is known. */
export type Plans = NonNullable<ReturnType<typeof usePlans>["data"]>;

/** A plan that is sold. */
export type Plan = Plans["plans"][number];

/** A price, as it is written in a language. @param price in the currency's smallest unit. */
export function priceOf({ price, currency }: { price: number; currency: string }, language: string): string {
  const format = new Intl.NumberFormat(language, { style: "currency", currency });
  return format.format(price / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
