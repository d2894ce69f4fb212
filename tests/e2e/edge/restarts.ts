import { request } from "node:https";
import { engine, execIn } from "../../support/engine";
import { type Target, underLoad } from "../../support/load";
import { eventually } from "../../support/odooClient";
import { ask, container, delay, fleet, port } from "./fleet";

describe("the edge", () => {
  const target = (): Target => ({ port, ca: fleet.ca, name: "acme.localhost", path: "/web/static/img/logo.png" });
  const inEdge = async (...command: string[]): Promise<string> => (await execIn(container("edge"), command)).output;
  const since = async (): Promise<string> => (await engine.getContainer(container("edge")).inspect()).State.StartedAt;

  it("is killed under 200 requests a second: who comes waits for the next Caddy, and none is lost", async () => {
    const before = { pid: await inEdge("cat", "/tmp/caddy.pid"), since: await since() };
    // One that doesn't stay for ten seconds is the engine's to start.
    await eventually(
      () => inEdge("sh", "-c", '[ -n "$(find /tmp/caddy.pid -mmin +0.2)" ] && echo old'),
      (found) => found.includes("old"),
      30,
    );
    const { sent, lost } = await underLoad(
      target(),
      async () => {
        await delay(1000);
        await execIn(container("edge"), ["sh", "-c", "kill -KILL $(cat /tmp/caddy.pid)"]);
        await eventually(
          () => inEdge("cat", "/tmp/caddy.pid"),
          (pid) => pid !== before.pid,
          30,
        );
        await delay(2000);
      },
      // Those that were under way are cut off, and asked again as browsers do.
      /aborted|no answer by HTTP|NGHTTP2_CANCEL|pending stream has been canceled/,
    );
    expect(lost).toEqual([]);
    // A busy machine sends fewer.
    expect(sent).toBeGreaterThan(100);
    expect(await since()).toBe(before.since);
    await eventually(
      () => inEdge("sh", "-c", "odoo-fleet-edge healthy && echo healthy"),
      (said) => said.includes("healthy"),
      30,
    );
  });

  it("that is told to end serves whoever comes as long as a request is under way, which is answered", async () => {
    const edge = engine.getContainer(container("edge"));
    const body = "login=nobody";
    const headers = { Host: `acme.localhost:${port}`, "Content-Length": body.length };
    const options = { host: "127.0.0.1", port, ca: fleet.ca, servername: "acme.localhost", agent: false };
    const slow = request({ ...options, path: "/web/login", method: "POST", headers });
    const answered = new Promise<number>((resolve, reject) => {
      slow.on("response", (answer) => resolve(answer.resume().statusCode!)).on("error", reject);
    });
    answered.catch(() => undefined);
    slow.write(body.slice(0, 1));
    await delay(1000);
    const stopped = edge.stop();
    await delay(1000);
    try {
      const { sent, lost } = await underLoad(target(), () => delay(2000));
      expect(lost).toEqual([]);
      expect(sent).toBeGreaterThan(20);
      slow.end(body.slice(1));
      // Without its token, Odoo refuses it itself.
      expect(await answered).toBe(400);
      await stopped;
      expect((await edge.inspect()).State.ExitCode).toBe(0);
    } finally {
      slow.destroy();
      await stopped;
      await edge.start();
    }
    const back = await eventually(
      () => ask("acme.localhost", "/web/login").then(({ status }) => status, String),
      (outcome) => outcome === 200,
      60,
    );
    expect(back).toBe(200);
  });
});
