import { createServer } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { eventually, OdooClient } from "../../support/odooClient";
import { acme, ask, edge, fleet, globex, monitoring, port, stack } from "./fleet";

describe("what Odoo takes its public address for", () => {
  /** Somebody else's proxy in front of the edge, by HTTP for the test: it leads to a name, and says who asked. */
  async function frontedBy(name: string): Promise<{ url: string; close: () => void }> {
    const server = createServer((asked, answer) => {
      const headers = { ...asked.headers, host: `${name}:${port}`, "x-forwarded-for": "192.0.2.66" };
      const options = { host: "127.0.0.1", port, ca: fleet.ca, servername: name, agent: false, headers };
      const onward = request({ ...options, method: asked.method, path: asked.url }, (found) => {
        answer.writeHead(found.statusCode!, found.headers);
        found.pipe(answer);
      });
      onward.on("error", () => answer.destroy());
      asked.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const close = (): void => {
      server.closeAllConnections();
      server.close();
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
  }

  /** Name of a report with a link, as offers and invoices have them to be signed and paid. */
  const letter = "test.letter";

  async function makeLetter(client: OdooClient): Promise<void> {
    const link = '<a t-attf-href="{{ doc.get_base_url() }}/mail/view">Look</a>';
    const arch = `<t t-name="${letter}"><t t-call="web.html_container"><div t-foreach="docs" t-as="doc" class="page">${link}</div></t></t>`;
    await client.call("ir.ui.view", "create", [[{ name: letter, key: letter, type: "qweb", arch }]]);
    const report = { name: "Letter", model: "res.partner", report_type: "qweb-pdf", report_name: letter };
    await client.call("ir.actions.report", "create", [[report]]);
  }

  /** Where all kinds of links that Odoo makes lead, at one of its names. */
  async function linksAt(name: string): Promise<Record<string, string[]>> {
    const origins = (text: string, link: RegExp): string[] => [
      ...new Set([...text.matchAll(link)].map(([, url]) => new URL(url!).origin)),
    ];
    const { url, close } = await frontedBy(name);
    try {
      const get = async (path: string): Promise<string> => (await fetch(url + path)).text();
      const client = new OdooClient(url);
      await client.login("acme", "admin", fleet.outputs.adminPasswords["acme"]!);
      // Who works with Odoo is led to what a mail is about.
      const login = `clerk-${Date.now()}@example.com`;
      const context = { no_reset_password: true };
      const made = [{ name: "Clerk", login, email: login }];
      const [clerk] = await client.call<number[]>("res.users", "create", [made], { context });
      const [{ partner_id: partner }] = await client.call<[{ partner_id: [number, string] }]>("res.users", "read", [
        ...[[clerk], ["partner_id"]],
      ]);
      const notify = { partner_ids: [partner[0]], body: "Look", subject: "A message" };
      const message = await client.call<number>("res.partner", "message_notify", [[partner[0]]], notify);
      const [mail] = await client.call<{ body_html: string }[]>("mail.mail", "search_read", [
        [["mail_message_id", "=", message]],
        ["body_html"],
      ]);
      const [provider] = await client.call<number[]>("payment.provider", "search", [[]], { limit: 1 });
      const back = await client.call<string>("payment.provider", "get_base_url", [[provider]]);
      const report = await fetch(`${url}/report/pdf/${letter}/${partner[0]}`, { headers: { Cookie: client.session } });
      const pdf = Buffer.from(await report.arrayBuffer()).toString("latin1");
      return {
        canonical: origins(await get("/"), /<link rel="canonical" href="([^"]+)"/g),
        sitemap: origins(await get("/robots.txt"), /Sitemap: (\S+)/g),
        pages: origins(await get("/sitemap.xml"), /<loc>([^<]+)<\/loc>/g),
        mail: origins(mail!.body_html, /href="(https?:[^"]+\/mail\/view[^"]*)"/g),
        back: origins(back, /^(.+)$/g),
        pdf: origins(pdf, /\/URI \((https?:[^)]+)\)/g),
      };
    } finally {
      close();
    }
  }

  it("is its name with the port: on pages, in mails and PDFs, and where a payment comes back, also behind another proxy", async () => {
    const client = new OdooClient(`http://127.0.0.1:${fleet.outputs.tenants["acme"]!.port}`);
    await client.login("acme", "admin", fleet.outputs.adminPasswords["acme"]!);
    const wanted = [["name", "in", ["website", "payment"]]];
    const modules = await client.call<number[]>("ir.module.module", "search", [wanted]);
    // A client doesn't wait as long as a busy machine installs them.
    await client.call("ir.module.module", "button_immediate_install", [modules]).catch(() => undefined);
    await eventually(
      () => client.call<number>("ir.module.module", "search_count", [[...wanted, ["state", "=", "installed"]]]),
      (installed) => installed === 2,
      420,
    );
    await makeLetter(client);
    const url = [`https://acme.localhost:${port}`];
    const found = await linksAt("acme.localhost");
    expect(found).toEqual({ canonical: url, sitemap: url, pages: url, mail: url, back: url, pdf: url });
  });

  it("is its customer's domain once that is served, at any name but for the sitemap, which is that of the name", async () => {
    stack.configure({ edge, monitoring, tenants: { acme: { ...acme, domains: ["shop.acme.test"] }, globex } });
    await stack.mustUp();
    await eventually(
      () => ask("shop.acme.test", "/web/login").then(({ status }) => status, String),
      (status) => status === 200,
      60,
    );
    const [own, other] = ["shop.acme.test", "acme.localhost"].map((name) => [`https://${name}:${port}`]);
    const declared = { canonical: own, mail: own, back: own, pdf: own };
    expect(await linksAt("shop.acme.test")).toEqual({ ...declared, sitemap: own, pages: own });
    expect(await linksAt("acme.localhost")).toEqual({ ...declared, sitemap: other, pages: other });
  });
});
