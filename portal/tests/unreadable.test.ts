import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { after, before, test } from "node:test";
import { answerUnreadable } from "../src/unreadable.ts";

const server = createServer((_, response) => response.end("read")).on("clientError", answerUnreadable);

before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
after(() => server.close());

async function answerTo(sent: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.end(sent);
  let answer = "";
  for await (const part of socket) {
    answer += String(part);
  }
  return answer;
}

for (const [what, sent, status, title] of [
  [
    "more headers than fit",
    `GET /?q=${"a".repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    431,
    "Request Header Fields Too Large",
  ],
  ["what isn't HTTP", "hello\r\n\r\n", 400, "Bad Request"],
] as const) {
  test(`${what} is ${status}, with problem details`, async () => {
    const [head = "", body = ""] = (await answerTo(sent)).split("\r\n\r\n");
    assert.match(head, new RegExp(`^HTTP/1.1 ${status} ${title}\r\n`));
    assert.match(head, /^Content-Type: application\/problem\+json$/m);
    assert.match(head, /^Connection: close$/m);
    assert.deepEqual(JSON.parse(body), { type: "about:blank", title, status });
  });
}

test("what can be read is answered as ever", async () => {
  assert.match(await answerTo("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), /^HTTP\/1\.1 200 OK[^]*read/);
});
