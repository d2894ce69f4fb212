/** Paths of the pages. What isn't among them is answered as not found. */
export const pagePaths = {
  order: "/",
  confirm: "/confirm",
  progress: "/orders/:id",
  instances: "/instances",
  instance: "/instances/:id",
  tokens: "/tokens",
  webhooks: "/webhooks",
  invoices: "/invoices",
  team: "/team",
  join: "/join",
  operator: "/operator",
  operatorInvoices: "/operator/invoices",
  operatorWebhooks: "/operator/webhooks",
  operatorTenant: "/operator/tenants/:id",
  passkeys: "/passkeys",
  login: "/login",
  password: "/password",
} as const;

/** Path of the page of one order. */
export const progressOf = (order: string): string => pagePaths.progress.replace(":id", order);

/** Path of the page of one instance. */
export const instanceOf = (tenant: string): string => pagePaths.instance.replace(":id", tenant);

/** Path of operators' page of one tenant. */
export const operatorTenantOf = (tenant: string): string => pagePaths.operatorTenant.replace(":id", tenant);

/** Whether a path is a page's. */
export function isPage(path: string): boolean {
  return Object.values(pagePaths).some((known) => new RegExp(`^${known.replace(":id", "[a-z0-9]{12}")}$`).test(path));
}

/** Pages that ask nobody to sign in: who does so on one of them comes to his instances. */
const everybodys: readonly string[] = [pagePaths.order, pagePaths.confirm, pagePaths.login, pagePaths.password];

/** A path as a page that asks for somebody, which signing in may lead back to; undefined: it is none. */
export const ownPage = (path: string | null | undefined): string | undefined =>
  path != null && isPage(path) && !everybodys.includes(path) ? path : undefined;

/** Path of the page to sign in on, which leads back to a page that asks for somebody. */
export const loginFrom = (path: string): string =>
  ownPage(path) === undefined ? pagePaths.login : `${pagePaths.login}?next=${encodeURIComponent(path)}`;

/** The page that signing in leads back to, as a query has it. A link from outside can have anything there: only a page that asks for somebody is taken. */
export const nextOf = (query: string): string | undefined => ownPage(new URLSearchParams(query).get("next"));
