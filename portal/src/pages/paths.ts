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
