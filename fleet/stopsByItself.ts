import type { Host } from "./types";

/** Whether a host stops and starts tenants by itself, by their schedules: Ansible has set it up as a server (`ansible/roles/schedule`). */
export function stopsByItself({ bootstrap, connection, os }: Pick<Host, "bootstrap" | "connection" | "os">): boolean {
  return bootstrap === "ansible" && connection?.kind === "ssh" && os !== "windows";
}
