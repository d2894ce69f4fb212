/** Paths of the pages. What isn't among them is answered as not found. */
export const pagePaths = {
  order: "/",
  confirm: "/confirm",
  instances: "/instances",
  login: "/login",
  password: "/password",
} as const;
