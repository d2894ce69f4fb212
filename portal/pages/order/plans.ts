import { useQuery } from "@tanstack/react-query";
import { moneyText } from "../../src/pages/money.ts";
import { answerOf, api } from "../api.ts";
import { useLanguage } from "../parts/useLanguage.ts";

/** What is sold. */
export const usePlans = () =>
  useQuery({ queryKey: ["plans"], queryFn: () => answerOf(api.GET("/api/v1/plans")), staleTime: 60_000 });

/** What is sold, once it is known. */
export type Plans = NonNullable<ReturnType<typeof usePlans>["data"]>;

/** A plan that is sold. */
export type Plan = Plans["plans"][number];

/** A set of modules that is offered. */
export type ModuleSet = Plans["sets"][number];

/** A price, as it is written in a language. @param price in the currency's smallest unit. */
export function priceOf({ price, currency }: { price: number; currency: string }, language: string): string {
  return moneyText(language, price, currency);
}

/** What sets of modules are called; one that isn't offered any more goes by its name. */
export function useSetTitles(names: readonly string[]): string[] {
  const language = useLanguage();
  const { data } = usePlans();
  return names.map((name) => data?.sets.find((set) => set.name === name)?.title[language] ?? name);
}
