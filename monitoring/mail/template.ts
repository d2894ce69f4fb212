import type { MailLanguage } from "../../fleet/monitoringTypes";
import { type MailWords, mailWords } from "./words";

/** Renders Alertmanager's templates of a mail's subject, its HTML and its plain text. */
export function renderMailTemplate(language: MailLanguage): string {
  const words = mailWords[language];
  return `${subject(words)}\n${html(words, language)}\n${text(words)}`;
}

const severity = (words: MailWords): string =>
  `{{ if eq .CommonLabels.severity "critical" }}${words.critical}{{ else }}${words.warning}{{ end }}`;

/** One line: how bad it is, and the first alert in a sentence. What is over comes last in a mail that has both. */
function subject(words: MailWords): string {
  return `{{ define "odoo_fleet.subject" -}}
[{{ if gt (len .Alerts.Firing) 0 }}${severity(words)}{{ else }}${words.resolved}{{ end }}]
{{- if gt (len .Alerts.Firing) 0 }} {{ (index .Alerts.Firing 0).Annotations.summary }}{{ else }} {{ (index .Alerts 0).Annotations.summary }}{{ end }}
{{- if gt (len .Alerts) 1 }} (+{{ len (slice .Alerts 1) }} ${words.more}){{ end }}
{{- end }}
`;
}

function html(words: MailWords, language: MailLanguage): string {
  const row = (word: string, value: string): string =>
    `<tr><td style="padding:2px 16px 2px 0;color:#57606a;white-space:nowrap">${word}</td><td style="padding:2px 0">${value}</td></tr>`;
  const optionalRow = (word: string, label: string): string =>
    `{{ with .Labels.${label} }}${row(word, "{{ . }}")}{{ end }}`;
  return `{{ define "odoo_fleet.alert.html" -}}
<div style="border-left:4px solid {{ if eq .Status "resolved" }}#2da44e{{ else if eq .Labels.severity "critical" }}#cf222e{{ else }}#bf8700{{ end }};padding:8px 16px;margin:0 0 16px;background:#f6f8fa">
<p style="margin:0 0 8px;font-weight:bold">{{ .Annotations.summary }}</p>
<p style="margin:0 0 8px">{{ .Annotations.description }}</p>
<table style="border-collapse:collapse;font-size:14px">
${optionalRow(words.tenant, "tenant")}
${optionalRow(words.host, "host")}
${optionalRow(words.service, "service")}
${row(`{{ if eq .Status "resolved" }}${words.lastValue}{{ else }}${words.value}{{ end }}`, "{{ .Annotations.value }}")}
${row(words.threshold, "{{ .Annotations.threshold }}")}
${row(words.since, '{{ .StartsAt.UTC.Format "2006-01-02 15:04:05 MST" }}')}
{{ if eq .Status "resolved" }}${row(words.until, '{{ .EndsAt.UTC.Format "2006-01-02 15:04:05 MST" }}')}{{ end }}
</table>
<p style="margin:8px 0 0">
{{ if match "^https?://" .Annotations.runbook_url }}<a href="{{ .Annotations.runbook_url }}">${words.runbook}</a>{{ else }}${words.runbook}: <code>{{ .Annotations.runbook_url }}</code>{{ end }}
&middot; <a href="{{ .Annotations.dashboard }}">${words.dashboard}</a>
&middot; <a href="{{ .GeneratorURL }}">${words.query}</a>
</p>
</div>
{{- end }}

{{ define "odoo_fleet.html" -}}
<!DOCTYPE html>
<html lang="${language}">
<head><meta charset="utf-8"><title>{{ template "odoo_fleet.subject" . }}</title></head>
<body style="font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:15px;color:#1f2328;max-width:640px">
{{ if gt (len .Alerts.Firing) 0 }}<h2 style="font-size:18px">${words.firingNow}</h2>
{{ range .Alerts.Firing }}{{ template "odoo_fleet.alert.html" . }}{{ end }}{{ end }}
{{ if gt (len .Alerts.Resolved) 0 }}<h2 style="font-size:18px">${words.resolvedNow}</h2>
{{ range .Alerts.Resolved }}{{ template "odoo_fleet.alert.html" . }}{{ end }}{{ end }}
<p style="color:#57606a;font-size:13px">${words.footer} {{ .CommonLabels.environment }}. <a href="{{ .ExternalURL }}">Alertmanager</a></p>
</body>
</html>
{{- end }}
`;
}

function text(words: MailWords): string {
  const line = (word: string, label: string): string => `{{ with .Labels.${label} }}  ${word}: {{ . }}\n{{ end -}}`;
  return `{{ define "odoo_fleet.alert.text" -}}
* {{ .Annotations.summary }}
  {{ .Annotations.description }}
${line(words.tenant, "tenant")}
${line(words.host, "host")}
${line(words.service, "service")}
{{ if eq .Status "resolved" }}  ${words.lastValue}{{ else }}  ${words.value}{{ end }}: {{ .Annotations.value }}
  ${words.threshold}: {{ .Annotations.threshold }}
  ${words.since}: {{ .StartsAt.UTC.Format "2006-01-02 15:04:05 MST" }}
{{ if eq .Status "resolved" }}  ${words.until}: {{ .EndsAt.UTC.Format "2006-01-02 15:04:05 MST" }}
{{ end }}  ${words.runbook}: {{ .Annotations.runbook_url }}
  ${words.dashboard}: {{ .Annotations.dashboard }}
{{ end }}

{{ define "odoo_fleet.text" -}}
{{ if gt (len .Alerts.Firing) 0 }}${words.firingNow}

{{ range .Alerts.Firing }}{{ template "odoo_fleet.alert.text" . }}
{{ end }}{{ end -}}
{{ if gt (len .Alerts.Resolved) 0 }}${words.resolvedNow}

{{ range .Alerts.Resolved }}{{ template "odoo_fleet.alert.text" . }}
{{ end }}{{ end -}}
-- 
${words.footer} {{ .CommonLabels.environment }}
{{ end }}
`;
}
