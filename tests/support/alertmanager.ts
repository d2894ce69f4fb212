import { renderAlertmanagerConfig } from "../../monitoring/config/alertmanager";
import { configPath, files } from "../../monitoring/contract";
import type { WatchedFleet } from "../../fleet/watched";
import { renderMailTemplate } from "../../monitoring/mail/template";
import { alerts } from "../../monitoring/rules/catalogue";
import { annotations } from "../../monitoring/rules/render";
import { freePorts } from "./freePorts";
import { baseImages, type Sandbox } from "./imagesSandbox";
import { eventually } from "./odooClient";

/** A real Alertmanager on the loopback address, with the rendered configuration; only what it waits for is shorter. */
export class TestAlertmanager {
  private constructor(
    private readonly url: string,
    private readonly fleet: WatchedFleet,
  ) {}

  /**
   * @param secrets files that the configuration names, by name.
   */
  static async start(
    sandbox: Sandbox,
    fleet: WatchedFleet,
    secrets: Readonly<Record<string, string>> = {},
  ): Promise<TestAlertmanager> {
    const [port] = await freePorts(1);
    const rendered = {
      [files.alertmanager.config]: quick(renderAlertmanagerConfig(fleet)),
      [files.alertmanager.mailTemplate]: renderMailTemplate(fleet.monitoring.language),
      ...secrets,
    };
    const container = await sandbox.start({
      image: baseImages().monitoring.alertmanager,
      options: ["--network=host"],
      files: Object.fromEntries(Object.entries(rendered).map(([name, content]) => [configPath(name), { content }])),
      command: [
        `--config.file=${configPath(files.alertmanager.config)}`,
        "--storage.path=/alertmanager",
        `--web.listen-address=127.0.0.1:${port}`,
        "--cluster.listen-address=",
      ],
    });
    const started = new TestAlertmanager(`http://127.0.0.1:${port}`, fleet);
    await eventually(
      () => fetch(`${started.url}/-/ready`),
      ({ ok }) => ok,
      30,
    ).catch(async (error: Error) => {
      throw new Error(`${error.message}\n${await container.logs()}`);
    });
    return started;
  }

  /** Hands over alerts as Prometheus does: labels, and the texts that the rules give them. */
  async send(...sent: readonly SentAlert[]): Promise<void> {
    const body = sent.map(({ name, severity, labels, value = "0", isOver = false }) => {
      const alert = alerts.find((one) => one.name === name && one.severity === severity)!;
      const all: Record<string, string> = { environment: "dev", host: "a", ...labels };
      const texts = annotations(alert, this.fleet.monitoring, this.fleet.monitoring.hosts.a!);
      return {
        labels: { alertname: name, severity, ...all },
        annotations: Object.fromEntries(
          Object.entries(texts).map(([key, text]) => [
            key,
            text.replaceAll(/\{(\w+)\}/g, (_, label: string) => (label === "value" ? value : (all[label] ?? ""))),
          ]),
        ),
        // What has fired for longer than a group waits is told of at once, without a look at its cause.
        startsAt: new Date(Date.now() - (isOver ? 2000 : 0)).toISOString(),
        endsAt: new Date(Date.now() + (isOver ? -1000 : 600_000)).toISOString(),
        generatorURL: "http://127.0.0.1:30000/graph",
      };
    });
    const answer = await fetch(`${this.url}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) {
      throw new Error(`Alertmanager refused the alerts: ${await answer.text()}`);
    }
  }

  /** Sum of a metric of Alertmanager's own. */
  async metric(name: string, label: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return text
      .split("\n")
      .filter((line) => line.startsWith(`${name}{`) && line.includes(label))
      .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  }

  /** Names of the alerts that fire, and of those among them that others hold back. */
  async state(): Promise<{ active: string[]; inhibited: string[] }> {
    const all = (await (await fetch(`${this.url}/api/v2/alerts`)).json()) as {
      labels: { alertname: string };
      status: { inhibitedBy: string[] };
    }[];
    const names = (inhibited: boolean): string[] =>
      all
        .filter(({ status }) => status.inhibitedBy.length > 0 === inhibited)
        .map(({ labels }) => labels.alertname)
        .sort();
    return { active: names(false), inhibited: names(true) };
  }
}

/** An alert to hand over. */
export interface SentAlert {
  readonly name: string;
  readonly severity: "critical" | "warning" | "none";
  readonly labels: Readonly<Record<string, string>>;
  /** `{value}` in its texts. */
  readonly value?: string;
  readonly isOver?: boolean;
}

/** The first mail of a group waits 45 s for its cause, at any pace. Two are enough where alerts come by hand. */
function quick(config: string): string {
  const shorter = config.replace("group_wait: 45s", "group_wait: 2s");
  if (shorter === config) {
    throw new Error("the wait that is shortened isn't there");
  }
  return shorter;
}
