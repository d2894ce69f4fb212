import { stringify } from "yaml";
import { loginUser } from "../contract";

/**
 * Renders `web.yml` of Prometheus and Alertmanager: who may see their pages.
 *
 * @param passwordHash bcrypt hash of the login's password.
 */
export function renderWebConfig(passwordHash: string): string {
  return stringify({ basic_auth_users: { [loginUser]: passwordHash } });
}
