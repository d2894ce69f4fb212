import type { MailLanguage, Monitoring, MonitoringHost } from "../../fleet/monitoringTypes";
import { renderMailTemplate } from "../../monitoring/mail/template";
import type { Alert } from "../../monitoring/rules/alert";
import { alerts } from "../../monitoring/rules/catalogue";
import { annotations } from "../../monitoring/rules/render";
import { create, docker } from "./container";

/** An alert that a mail tells of. */
export interface Told {
  readonly name: string;
  readonly severity: "critical" | "warning";
  readonly labels: Readonly<Record<string, string>>;
  /** As Prometheus shows it. */
  readonly value: string;
}

/** When everything begins and ends in these mails: a picture is the same each time it is taken. */
const times = { startsAt: "2026-03-02T08:15:00Z", endsAt: "2026-03-02T08:27:30Z" } as const;

/**
 * The HTML of a mail as Alertmanager renders it.
 *
 * @param image of Alertmanager, whose `amtool` knows how.
 */
export async function mailHtml(
  image: string,
  { told, isResolved, monitoring, watcher }: MailPicture,
  environment: string,
): Promise<string> {
  const alert = alerts.find(({ name, severity }) => name === told.name && severity === told.severity);
  if (alert === undefined) {
    throw new Error(`there is no alert ${told.name} that is ${told.severity}`);
  }
  const data = templateData(alert, told, { monitoring, watcher, isResolved, environment });
  const id = await create({
    image,
    options: ["--network=none", "--entrypoint=/bin/amtool"],
    command: [
      ...["template", "render", "--template.glob=/tmp/mail.tmpl", "--template.type=html"],
      ...["--template.data=/tmp/data.json", '--template.text={{ template "odoo_fleet.html" . }}'],
    ],
    files: { "/tmp/mail.tmpl": renderMailTemplate(monitoring.language), "/tmp/data.json": JSON.stringify(data) },
  });
  try {
    return await docker("start", "--attach", id);
  } finally {
    await docker("rm", "--force", "--volumes", id);
  }
}

/** What a mail is about, and for whom. */
export interface MailPicture {
  readonly told: Told;
  readonly isResolved: boolean;
  readonly monitoring: Monitoring & { readonly language: MailLanguage };
  readonly watcher: MonitoringHost;
}

/** What Alertmanager gives its templates (its package `template`, type `Data`). */
function templateData(
  alert: Alert,
  { labels, value }: Told,
  { monitoring, watcher, isResolved, environment }: Omit<MailPicture, "told"> & { readonly environment: string },
): object {
  const status = isResolved ? "resolved" : "firing";
  const all = { alertname: alert.name, severity: alert.severity, environment, ...labels };
  const filled = Object.entries(annotations(alert, monitoring, watcher)).map(([key, text]) => [
    key,
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) => ({ ...all, value })[name] ?? ""),
  ]);
  const own = { labels: all, annotations: Object.fromEntries(filled) as object };
  const address = (port: number): string => `http://127.0.0.1:${port}`;
  return {
    status,
    receiver: alert.severity,
    alerts: [{ status, ...own, ...times, generatorURL: `${address(watcher.ports.prometheus)}/graph` }],
    groupLabels: all,
    commonLabels: all,
    commonAnnotations: own.annotations,
    externalURL: address(watcher.ports.alertmanager),
  };
}
