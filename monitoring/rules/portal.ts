import { jobs } from "../contract";
import type { AlertGroup } from "./alert";

/** Alerts on the portal. */
export const portalAlerts: AlertGroup = {
  name: "portal",
  alerts: [
    {
      name: "PortalWorkerAway",
      severity: "critical",
      for: 300,
      // Where the portal itself isn't reached nothing is known of its worker, and that is told by itself.
      expr: `probe_http_status_code{job="${jobs.blackbox}", service="portal-worker"} == 503`,
      format: "count",
      threshold: { en: "a worker takes jobs", fr: "un processus de travail prend les tâches" },
      summary: { en: "Nobody works for the portal {instance}", fr: "Personne ne travaille pour le portail {instance}" },
      description: {
        en: "The portal {instance} of host {host} has no worker, or can't ask its database for one: orders wait, and nothing is started, stopped, resized, restored or deleted.",
        fr: "Le portail {instance} de l'hôte {host} n'a pas de processus de travail, ou ne peut le demander à sa base : les commandes attendent, et rien n'est démarré, arrêté, redimensionné, restauré ni supprimé.",
      },
      dashboard: "host",
      source: "longer than a worker takes to be restarted",
    },
  ],
};
