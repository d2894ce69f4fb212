import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { files } from "../../../monitoring/contract";
import { Sandbox } from "../../support/imagesSandbox";
import { type Delivered, MailServer } from "../../support/mailServer";
import { watched } from "../../support/monitoringFleets";
import { eventually } from "../../support/odooClient";
import { type SentAlert, TestAlertmanager } from "../../support/alertmanager";

const login = { username: "odoo-fleet", password: "only-for-this-test" };
const secrets = { [files.alertmanager.mailPassword]: login.password };
const acme = { tenant: "acme" };
const odooDown: SentAlert = {
  name: "OdooDown",
  severity: "critical",
  labels: { ...acme, service: "odoo", job: "blackbox" },
};

let sandbox: Sandbox;
let mailServer: MailServer;

function fleet(more: object = {}, port = mailServer.port) {
  return watched({
    hosts: { a: {} },
    tenants: { acme: { slot: 1 } },
    monitoring: {
      pace: 0.01,
      runbooks: "https://git.example.com/docs/runbooks",
      mail: {
        smtp: `127.0.0.1:${port}`,
        from: "odoo-fleet@example.com",
        to: ["ops@example.com", "boss@example.com"],
        ...login,
        requireTls: false,
      },
      ...more,
    },
  });
}

const mails = (count: number): Promise<readonly Delivered[]> =>
  eventually(
    () => Promise.resolve(mailServer.mails),
    ({ length }) => length >= count,
    60,
  );

beforeEach(async () => {
  sandbox = new Sandbox();
  mailServer = await MailServer.start(0, login);
});

afterEach(async () => {
  try {
    await sandbox.clean();
  } finally {
    await mailServer.stop();
  }
});

describe("a notification, sent by a real Alertmanager to a real mail server", () => {
  test("says in English what is wrong, of whom, how bad, and where to read on; and that it is over", async () => {
    const alertmanager = await TestAlertmanager.start(sandbox, fleet(), secrets);
    await alertmanager.send(odooDown);
    const [mail] = await mails(1);
    expect(mail).toMatchObject({
      subject: "[CRITICAL] Odoo of acme is down",
      to: "ops@example.com, boss@example.com",
      importance: "high",
    });
    for (const text of [mail!.text, mail!.html]) {
      for (const part of ["acme", "Value", "Threshold", "its database serves a page", "Since", "What to do", "Host"]) {
        expect(text).toContain(part);
      }
      expect(text).toContain("https://git.example.com/docs/runbooks/OdooDown.md");
      expect(text).toContain("http://127.0.0.1:30002/d/odoo-fleet-tenant?var-tenant=acme");
      expect(text).not.toMatch(/\{\{|<no value>|ZgotmplZ/);
    }
    expect(mail!.html).toContain('<a href="https://git.example.com/docs/runbooks/OdooDown.md">');

    await alertmanager.send({ ...odooDown, isOver: true });
    const [, over] = await mails(2);
    expect(over!.subject).toBe("[RESOLVED] Odoo of acme is down");
    expect(over!.text).toContain("Until: ");
    expect(over!.html).toContain("Last value");
    expect(await alertmanager.metric("alertmanager_notifications_failed_total", 'integration="email"')).toBe(0);
  });

  test("says it in French as well", async () => {
    const alertmanager = await TestAlertmanager.start(sandbox, fleet({ language: "fr", runbooks: undefined }), secrets);
    const memory: SentAlert = { name: "HostMemoryHigh", severity: "warning", labels: {}, value: "95%" };
    await alertmanager.send(memory);
    const [mail] = await mails(1);
    expect(mail!.subject).toBe("[AVERTISSEMENT] L'hôte a utilise 95% de sa mémoire");
    expect(mail!.importance).toBeUndefined();
    for (const part of [
      "Hôte",
      "Valeur",
      "95%",
      "Seuil",
      "90 %",
      "Que faire",
      "docs/runbooks/HostMemoryHigh.md",
      "Depuis",
    ]) {
      expect(mail!.text).toContain(part);
      expect(mail!.html).toContain(part);
    }
    expect(mail!.html).toContain('lang="fr"');
    await alertmanager.send({ ...memory, isOver: true });
    const [, over] = await mails(2);
    expect(over).toMatchObject({ subject: "[RÉSOLU] L'hôte a utilise 95% de sa mémoire", isResolved: true });
    await alertmanager.send({ name: "HostLoadHigh", severity: "warning", labels: {}, value: "3" });
    const [, , load] = await mails(3);
    expect(load!.text).toContain("Seuil: 2 par cœur");
  });

  test("comes of a cause, and not of its symptoms", async () => {
    const alertmanager = await TestAlertmanager.start(sandbox, fleet(), secrets);
    const postgres = { ...acme, service: "postgres" };
    await alertmanager.send(
      odooDown,
      { name: "PostgresDown", severity: "critical", labels: postgres },
      { name: "ContainerMissing", severity: "critical", labels: { ...postgres, name: "dev-acme-postgres" } },
      { name: "PostgresConnectionsHigh", severity: "warning", labels: acme },
      { name: "OdooDown", severity: "critical", labels: { tenant: "globex", service: "odoo" } },
    );
    await mails(2);
    expect(await alertmanager.state()).toEqual({
      active: ["OdooDown", "PostgresDown"],
      inhibited: ["ContainerMissing", "OdooDown", "PostgresConnectionsHigh"],
    });
    expect(mailServer.mails.map(({ subject }) => subject).sort()).toEqual([
      "[CRITICAL] Database of acme is down",
      "[CRITICAL] Odoo of globex is down",
    ]);
  });

  test("comes once for a host that is down, and not for its tenants", async () => {
    const alertmanager = await TestAlertmanager.start(sandbox, fleet(), secrets);
    await alertmanager.send(
      { name: "HostDown", severity: "critical", labels: {} },
      odooDown,
      { name: "TargetDown", severity: "critical", labels: { service: "cadvisor", job: "cadvisor" } },
      { name: "HostDiskSpaceLow", severity: "warning", labels: { mountpoint: "/" } },
      { name: "OdooDown", severity: "critical", labels: { host: "b", tenant: "far", service: "odoo" } },
    );
    await mails(2);
    expect(mailServer.mails.map(({ subject }) => subject).sort()).toEqual([
      "[CRITICAL] Host a doesn't answer",
      "[CRITICAL] Odoo of far is down",
    ]);
    expect((await alertmanager.state()).inhibited).toEqual(["HostDiskSpaceLow", "OdooDown", "TargetDown"]);
  });

  test("is tried again and counted while the mail server is down, and arrives when it is back", async () => {
    const { port } = mailServer;
    const alertmanager = await TestAlertmanager.start(sandbox, fleet(), secrets);
    await mailServer.stop();
    await alertmanager.send(odooDown);
    await eventually(
      () => alertmanager.metric("alertmanager_notifications_failed_total", 'integration="email"'),
      (failed) => failed >= 1,
      90,
    );
    mailServer = await MailServer.start(port, login);
    const [mail] = await mails(1);
    expect(mail!.subject).toBe("[CRITICAL] Odoo of acme is down");
  });
});

describe("the heartbeat", () => {
  let outside: Server;
  let beats: string[];

  beforeEach(async () => {
    beats = [];
    outside = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        beats.push(`${request.method} ${request.url} ${(JSON.parse(body) as { status: string }).status}`);
        response.end();
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => outside.once("listening", resolve));
  });

  afterEach(() => outside.close());

  test("is heard again and again while the watchdog fires, and never says that it ended", async () => {
    const url = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/beat/secret`;
    const alertmanager = await TestAlertmanager.start(sandbox, fleet({ heartbeatUrl: url }), {
      ...secrets,
      [files.alertmanager.heartbeatUrl]: url,
    });
    const watchdog: SentAlert = { name: "Watchdog", severity: "none", labels: {} };
    await alertmanager.send(watchdog);
    await eventually(
      () => Promise.resolve(beats.length),
      (count) => count >= 3,
      60,
    );
    await alertmanager.send({ ...watchdog, isOver: true });
    await eventually(
      () => alertmanager.state(),
      ({ active }) => active.length === 0,
      30,
    );
    expect(new Set(beats)).toEqual(new Set(["POST /beat/secret firing"]));
    expect(mailServer.mails).toEqual([]);
  });
});
