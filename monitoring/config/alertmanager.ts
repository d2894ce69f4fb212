import { stringify } from "yaml";
import type { Monitoring, MonitoringHost } from "../../fleet/monitoringTypes";
import type { Fleet } from "../../fleet/types";
import { configPath, files, settleSeconds } from "../contract";
import { duration, paced } from "../duration";

const minute = 60;
const hour = 3600;

/** Labels by which alerts are one mail. */
const groupBy = ["environment", "host", "tenant", "alertname"];

const receivers = { critical: "critical-mail", warning: "warning-mail", heartbeat: "heartbeat", none: "none" } as const;

/** An alert that holds others back. */
interface Inhibition {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

/**
 * Causes before symptoms: who hears of one doesn't hear of the other. A cause goes on (`keepFiringFor`) for `settleSeconds`
 * longer than each of its symptoms, which are seen to be over a little later: else they would be told of when all is well.
 */
export const inhibitions: readonly Inhibition[] = [
  // The worse of two severities of one thing.
  {
    source_matchers: ['severity="critical"'],
    target_matchers: ['severity="warning"'],
    equal: ["alertname", "environment", "host", "tenant", "name", "mountpoint", "instance"],
  },
  // Of a host that doesn't answer nothing else is known. What says that alerting itself is broken goes through.
  {
    source_matchers: ['alertname="HostDown"'],
    target_matchers: ['alertname!~"HostDown|Watchdog|NotificationsFailing|RuleEvaluationFailing"'],
    equal: ["environment", "host"],
  },
  {
    source_matchers: ['alertname="PostgresDown"'],
    target_matchers: [
      'alertname=~"OdooDown|OdooCronOverdue|ErrorBudgetBurning|ContainerUnhealthy|PostgresConnectionsHigh|PostgresTransactionLong|PostgresDeadlocks|BackupOverdue|WalLagging|RestoreUnproven"',
    ],
    equal: ["environment", "host", "tenant"],
  },
  {
    source_matchers: ['alertname="PostgresDown"'],
    target_matchers: ['alertname="ContainerMissing"', 'service="postgres"'],
    equal: ["environment", "host", "tenant"],
  },
  {
    source_matchers: ['alertname="OdooDown"'],
    target_matchers: ['alertname=~"ContainerMissing|ContainerUnhealthy"', 'service=~"odoo|nginx"'],
    equal: ["environment", "host", "tenant"],
  },
  {
    source_matchers: ['alertname="OdooDown"'],
    target_matchers: ['alertname=~"ErrorBudgetBurning|EdgeNameDown"'],
    equal: ["environment", "host", "tenant"],
  },
  // Without the edge none of its names is served.
  {
    source_matchers: ['alertname="ContainerMissing"', 'service="edge"'],
    target_matchers: ['alertname=~"EdgeNameDown|NameDisputed|WakeFailed"'],
    equal: ["environment", "host"],
  },
  // An exporter whose container is gone can't be scraped either.
  {
    source_matchers: ['alertname="ContainerMissing"'],
    target_matchers: ['alertname="TargetDown"'],
    equal: ["environment", "host", "service"],
  },
  // What is full is no longer about to be.
  {
    source_matchers: ['alertname="HostDiskSpaceLow"'],
    target_matchers: ['alertname="HostDiskFilling"'],
    equal: ["environment", "host", "mountpoint"],
  },
  {
    source_matchers: ['alertname="ContainerOutOfMemory"'],
    target_matchers: ['alertname="HostOutOfMemory"'],
    equal: ["environment", "host"],
  },
];

/** Renders `alertmanager.yml`. The password and the heartbeat's address are in files beside it. */
export function renderAlertmanagerConfig({ monitoring }: Fleet & { readonly monitoring: Monitoring }): string {
  const { mail, hasHeartbeat, pace } = monitoring;
  const every = (seconds: number): string => paced(seconds, pace);
  const mailRoute = (severity: "critical" | "warning", repeat: number): object => ({
    matchers: [`severity="${severity}"`],
    receiver: mail === undefined ? receivers.none : receivers[severity],
    repeat_interval: paced(repeat, 1),
  });
  return stringify(
    {
      ...(mail === undefined
        ? {}
        : {
            global: {
              smtp_smarthost: mail.smtp,
              smtp_from: mail.from,
              smtp_require_tls: mail.requireTls,
              ...(mail.username === undefined
                ? {}
                : {
                    smtp_auth_username: mail.username,
                    smtp_auth_password_file: configPath(files.alertmanager.mailPassword),
                  }),
            },
            templates: ["mail-*.tmpl"],
          }),
      route: {
        receiver: receivers.none,
        group_by: groupBy,
        // At any pace: an alert on a cause is to be there in time to hold back those on its symptoms.
        group_wait: duration(settleSeconds),
        group_interval: every(5 * minute),
        routes: [
          {
            matchers: ['alertname="Watchdog"'],
            receiver: hasHeartbeat ? receivers.heartbeat : receivers.none,
            group_wait: "0s",
            // A little less than a minute: a repetition is due at the next interval.
            group_interval: every(minute),
            repeat_interval: every(minute - 10),
          },
          // A visitor waits, and it is the cause and the symptom of nothing else.
          { ...mailRoute("critical", 4 * hour), matchers: ['alertname="WakeFailed"'], group_wait: "0s" },
          mailRoute("critical", 4 * hour),
          mailRoute("warning", 24 * hour),
        ],
      },
      inhibit_rules: inhibitions,
      receivers: [
        { name: receivers.none },
        ...(hasHeartbeat
          ? [
              {
                name: receivers.heartbeat,
                webhook_configs: [
                  {
                    url_file: configPath(files.alertmanager.heartbeatUrl),
                    // That all is well has an end only when it isn't: then the outside service is to hear nothing.
                    send_resolved: false,
                    max_alerts: 1,
                  },
                ],
              },
            ]
          : []),
        ...(mail === undefined
          ? []
          : (["critical", "warning"] as const).map((severity) => ({
              name: receivers[severity],
              email_configs: [mailConfig(mail.to, severity)],
            }))),
      ],
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

function mailConfig(to: readonly string[], severity: "critical" | "warning"): object {
  return {
    to: to.join(", "),
    send_resolved: true,
    headers: {
      Subject: '{{ template "odoo_fleet.subject" . }}',
      ...(severity === "critical" ? { Importance: "high" } : {}),
    },
    html: '{{ template "odoo_fleet.html" . }}',
    text: '{{ template "odoo_fleet.text" . }}',
  };
}

/** Arguments of Alertmanager, for the official image's entry point. */
export function alertmanagerArguments({ ports }: MonitoringHost): string[] {
  return [
    `--config.file=${configPath(files.alertmanager.config)}`,
    "--storage.path=/alertmanager",
    `--web.config.file=${configPath(files.alertmanager.web)}`,
    `--web.external-url=http://127.0.0.1:${ports.alertmanager}/`,
    // One of a kind: there is no cluster to join.
    "--cluster.listen-address=",
  ];
}
