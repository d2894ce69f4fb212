import { useQuery } from "@tanstack/react-query";
import { askLogin } from "./me.ts";

/** A service to sign in by. */
export interface Service {
  readonly id: string;
  readonly title: string;
}

/** Somebody's account at a service, by which he signs in. */
export interface Identity {
  readonly service: string;
  readonly title: string;
  readonly createdAt: string;
  readonly usedAt: string;
}

/** Services to sign in by; there may be none. */
export const useServices = () =>
  useQuery({
    queryKey: ["services"],
    queryFn: () => askLogin<{ services: Service[] }>("GET", "/oidc"),
    staleTime: 60_000,
  });

/** Goes to a service to sign in there; its answer leads back to the portal. @param next page of it; undefined: the instances */
export async function goToService(id: string, next: string | undefined): Promise<void> {
  const query = next === undefined ? "" : `?next=${encodeURIComponent(next)}`;
  const { url } = await askLogin<{ url: string }>("POST", `/oidc/${id}${query}`);
  location.assign(url);
}
