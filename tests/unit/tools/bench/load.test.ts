import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { compare } from "../../../../tools/bench/load";

/** Answers after some milliseconds; counts the connections. */
function serve(
  delay: number,
  status = 200,
  closes = false,
): Promise<{ server: Server; url: string; connections: () => number }> {
  let connections = 0;
  const server = createServer((_request, response) => {
    setTimeout(() => response.writeHead(status, closes ? { connection: "close" } : {}).end("page"), delay);
  });
  server.on("connection", () => connections++);
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve({ server, url: `http://127.0.0.1:${port}/`, connections: () => connections });
    }),
  );
}

describe("compare", () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  test("tells a slow server from a fast one, and counts answers of one that closes its connections", async () => {
    const [fast, slow] = await Promise.all([serve(5), serve(50, 200, true)]);
    servers.push(fast.server, slow.server);
    const load = await compare(
      { fast: { url: fast.url, headers: {} }, slow: { url: slow.url, headers: {} } },
      { connections: 2, seconds: 0.5, rounds: 2 },
    );
    expect(load.slow.p50).toBeGreaterThanOrEqual(49);
    expect(load.fast.p50).toBeLessThan(load.slow.p50);
    expect(load.fast.requestsPerSecond).toBeGreaterThan(load.slow.requestsPerSecond);
    expect(load.slow.p99).toBeGreaterThanOrEqual(load.slow.p50);
    // Three rounds, the first to warm up, of two connections each that were kept.
    expect(fast.connections()).toBe(6);
    expect(slow.connections()).toBeGreaterThan(6);
  });

  test("refuses to count answers other than 200", async () => {
    const { server, url } = await serve(1, 503);
    servers.push(server);
    const measured = compare({ only: { url, headers: {} } }, { connections: 1, seconds: 1, rounds: 1 });
    await expect(measured).rejects.toThrow(`${url} under load answered 503`);
  });
});
