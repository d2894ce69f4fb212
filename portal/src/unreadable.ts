import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** What Node.js finds wrong with a request before anybody reads it, by its error's code; anything else is 400. */
const statuses: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/**
 * Answers what isn't a request that can be read (headers over 16 KiB, one that never ends, bytes that aren't HTTP) with problem
 * details, where Node.js would send a status alone.
 */
export function answerUnreadable({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  if (code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = statuses[code ?? ""] ?? 400;
  const title = STATUS_CODES[status]!;
  const body = JSON.stringify({ type: "about:blank", title, status });
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
