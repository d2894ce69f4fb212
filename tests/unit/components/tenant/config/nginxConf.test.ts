import { renderNginxConf } from "../../../../../components/tenant/config/nginxConf";

const render = (workers: number): string =>
  renderNginxConf({
    tenant: "acme",
    odooAddress: "10.200.0.98",
    workers,
    uploadMiB: 64,
    requestSeconds: 600,
    cacheMiB: 24,
  });

const upstream = (text: string, name: string): string | undefined =>
  new RegExp(`upstream ${name} \\{\\s+server (\\S+)`).exec(text)?.[1];

describe("renderNginxConf", () => {
  it("sends websockets to the gevent port when there are workers, and to the HTTP port when there are none", () => {
    expect([upstream(render(2), "odoo"), upstream(render(2), "gevent")]).toEqual([
      "10.200.0.98:8069",
      "10.200.0.98:8072",
    ]);
    expect([upstream(render(0), "odoo"), upstream(render(0), "gevent")]).toEqual([
      "10.200.0.98:8069",
      "10.200.0.98:8069",
    ]);
  });

  it("hands on who the client is, in every location that has headers of its own", () => {
    const text = render(2);
    for (const header of [
      "Host $host$host_port",
      "X-Forwarded-Host $host$host_port",
      "X-Forwarded-For $remote_addr",
      'X-Odoo-Database ""',
    ]) {
      // Nginx drops inherited headers wherever a location sets one.
      expect(text.split(`proxy_set_header ${header};`)).toHaveLength(3);
    }
  });

  it("says of a suspended tenant that it is where its Odoo doesn't answer, whatever its customer is called", () => {
    const settings = {
      tenant: "acme",
      odooAddress: "10.200.0.98",
      workers: 0,
      uploadMiB: 64,
      requestSeconds: 600,
      cacheMiB: 24,
    };
    const company = `L'Œil $host "d'or"; }<b>`;
    const running = renderNginxConf(settings).split("\n");
    const suspended = renderNginxConf({ ...settings, suspended: { company, isWakeable: false } }).split("\n");
    const changed = suspended.filter((line, index) => line !== running[index]);
    expect(suspended).toHaveLength(running.length);
    expect(changed.map((line) => line.trim())).toEqual([
      "add_header Retry-After 3600 always;",
      expect.stringMatching(
        /^return 503 '[^'$]*<h1>L&#39;Œil &#36;host &#34;d&#39;or&#34;&#59; &#125;&#60;b&#62;<\/h1>[^'$]*est suspendu[^'$]*';$/,
      ),
      "add_header Retry-After 3600 always;",
      expect.stringMatching(/^return 503 'This Odoo is suspended[^'$]*';$/),
    ]);
  });

  it("limits uploads as the plan says", () => {
    expect(render(0)).toContain("client_max_body_size 64m;");
  });
});
