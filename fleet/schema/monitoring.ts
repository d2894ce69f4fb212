import { z } from "zod";
import { mailLanguages, monitoringModes } from "../monitoringTypes";
import { setting, text } from "./setting";

const mailAddress =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
const mailExpected = "a mail address such as ops@example.com, without a name before it";

/** A host name, an IPv4 address or a bracketed IPv6 one, and a port from 1 to 65535. */
const smtpServer =
  /^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/;

interface MailServerKeys {
  readonly smtp: z.ZodString;
  readonly from: z.ZodString;
  readonly username: z.ZodOptional<z.ZodString>;
  readonly password: z.ZodOptional<z.ZodString>;
  readonly requireTls: z.ZodOptional<z.ZodBoolean>;
}

/**
 * Keys of a mail server.
 *
 * @param path where they are in the configuration.
 * @param sender an example of who sends.
 */
export const mailServerKeys = (path: string, sender: string): MailServerKeys => ({
  smtp: setting(text(smtpServer).max(260), {
    description: "Mail server. Port 465 speaks TLS from the first byte, others by STARTTLS.",
    expected: "a server and its port, such as smtp.gmail.com:587",
    example: "smtp.gmail.com:587",
    defaultText: "required",
  }),
  from: setting(text(mailAddress).max(254), {
    description: "Sender of the mails.",
    expected: mailExpected,
    example: sender,
    defaultText: "required",
  }),
  username: setting(z.string().min(1).max(254), {
    description: "Login at the mail server.",
    expected: "the login's name",
    example: sender,
    defaultText: "no login",
  }).optional(),
  password: setting(z.string().min(1).max(1024), {
    description: `Password of the login; for Gmail an app password. Always a secret: \`pulumi config set --secret --path 'odoo-fleet:${path}.password'\`.`,
    expected: "the login's password, as a secret",
    example: "...",
    defaultText: "no login",
    secret: true,
  }).optional(),
  requireTls: setting(z.boolean(), {
    description:
      "Whether a server that offers no TLS is refused. A login is never sent without TLS, except to this machine.",
    expected: "true or false",
    example: true,
    default: true,
  }).optional(),
});

const { smtp, from, ...login } = mailServerKeys("monitoring.mail", "odoo-fleet@example.com");

/** Keys of `monitoring.mail`. */
const mailSchema = z.strictObject({
  smtp,
  from,
  to: z
    .array(
      setting(text(mailAddress).max(254), {
        description: "Address that gets every notification.",
        expected: mailExpected,
        example: "ops@example.com",
      }),
    )
    .min(1)
    .meta({
      description: "Addresses that get the notifications.",
      "x-expected": "a list of at least one mail address",
      "x-default-text": "required",
    }),
  ...login,
});

/** Longest retention and sizes: far beyond what one Prometheus should keep. */
const retentionTime = /^[1-9]\d{0,3}[hdwy]$/;
const retentionSize = /^[1-9]\d{0,3}(MB|GB|TB)$/;

/** Keys of `monitoring.retention`. */
const retentionSchema = z.strictObject({
  time: setting(text(retentionTime), {
    description: "Age at which figures are dropped. At least 4 days: the slowest alert looks back three.",
    expected: "a duration of at least 4 days, such as 15d (units h, d, w, y)",
    example: "15d",
    default: "15d",
  }).optional(),
  size: setting(text(retentionSize), {
    description: "Disk that figures may take; the oldest go first.",
    expected: "a size such as 5GB (units MB, GB, TB)",
    example: "5GB",
    default: "5GB",
  }).optional(),
});

/** Keys of `monitoring`. */
export const monitoringSchema = z.strictObject({
  mode: setting(z.enum(monitoringModes), {
    description:
      "`central`: one Prometheus, Alertmanager and Grafana watch all hosts. `perHost`: each host has its own, and no host depends on another.",
    expected: monitoringModes.join(" or "),
    example: "central",
    default: "central",
  }).optional(),
  host: setting(z.string(), {
    description:
      "Host that the central Prometheus, Alertmanager and Grafana run on. Required with several hosts, so that Prometheus's data stays where it is.",
    expected: "the name of a declared host",
    example: "local",
    defaultText: "the only host",
  }).optional(),
  retention: retentionSchema.meta({ description: "How long figures are kept.", "x-expected": "time, size" }).optional(),
  mail: mailSchema
    .meta({
      description: "Where notifications go.",
      "x-expected": "smtp, from and to",
      "x-default-text": "no mail; alerts are on Alertmanager's page",
      "x-secret": true,
    })
    .optional(),
  language: setting(z.enum(mailLanguages), {
    description: "Language of alerts and mails.",
    expected: mailLanguages.join(" or "),
    example: "en",
    default: "en",
  }).optional(),
  heartbeatUrl: setting(text(/^https?:\/\/[^\s/@]+(\/\S*)?$/).max(2048), {
    description:
      "Address of an outside service that raises the alarm when it hears nothing for some minutes. May be a secret. `{host}` stands for the host's name.",
    expected: "a http or https URL without a login in it",
    example: "https://heartbeat.example.com/odoo-fleet",
    defaultText: "no one is notified when alerting itself fails",
    secret: true,
  }).optional(),
  pace: setting(z.number().min(0.001).max(1), {
    description: "Factor for every wait of alerts and notifications. 1 in production; tests use less.",
    expected: "a number above 0, up to 1",
    example: 1,
    default: 1,
  }).optional(),
  runbooks: setting(text(/^https?:\/\/[^\s@]+[^\s@/]$/).max(1024), {
    description: "Where the folder `docs/runbooks` of this project can be read, so that mails can link to it.",
    expected: "a http or https URL without a slash at its end",
    example: "https://git.example.com/ops/odoo-fleet/docs/runbooks",
    defaultText: "mails name the file in the project",
  }).optional(),
});

export type MonitoringConfig = z.output<typeof monitoringSchema>;
export type MailConfig = z.output<typeof mailSchema>;
export type RetentionConfig = z.output<typeof retentionSchema>;
