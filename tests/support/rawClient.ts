/** Clients and servers that say on the wire exactly what a test wants: libraries refuse to send what an attacker sends. */
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";

/** Where a raw client connects to. */
export interface RawTarget {
  readonly port: number;
  /** Certificate of the authority that it trusts. */
  readonly ca: string;
  /** Name of the handshake. */
  readonly name: string;
}

function connectTo({ port, ca, name }: RawTarget, protocol: "http/1.1" | "h2"): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, ca, servername: name, ALPNProtocols: [protocol] }, () =>
      resolve(socket),
    ).on("error", reject);
  });
}

/**
 * Sends bytes over TLS, and nothing else.
 *
 * @param seconds how long the answer is listened to, where the other side doesn't end it before.
 * @param isOver whether what was answered so far is all that is waited for.
 * @returns all that was answered, as Latin-1, and whether the other side ended the connection.
 */
export async function sendRaw(
  target: RawTarget,
  bytes: string | Buffer,
  {
    protocol = "http/1.1",
    seconds = 30,
    isOver = () => false,
  }: { protocol?: "http/1.1" | "h2"; seconds?: number; isOver?: (answer: Buffer) => boolean } = {},
): Promise<{ answer: Buffer; isClosed: boolean }> {
  const socket = await connectTo(target, protocol);
  const pieces: Buffer[] = [];
  let isClosed = false;
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    const end = (): void => {
      isClosed = true;
      clearTimeout(timer);
      resolve();
    };
    socket.on("end", end).on("close", end).removeAllListeners("error").on("error", end);
    socket.on("data", (piece: Buffer) => {
      pieces.push(piece);
      if (isOver(Buffer.concat(pieces))) {
        clearTimeout(timer);
        resolve();
      }
    });
  });
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  await over;
  socket.destroy();
  return { answer: Buffer.concat(pieces), isClosed };
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header without any compression (RFC 7541, 6.2.3). */
function literal(name: string, value: string): Buffer {
  const text = (one: string): Buffer[] => {
    if (one.length > 126) {
      throw new Error(`a text of ${one.length} bytes needs more than one byte of length`);
    }
    return [Buffer.from([one.length]), Buffer.from(one, "latin1")];
  };
  return Buffer.concat([Buffer.from([0x10]), ...text(name), ...text(value)]);
}

/** One request of HTTP/2 with headers in any form, also those that the protocol forbids. */
export function http2Request(headers: readonly (readonly [string, string])[], body?: string): Buffer {
  const [endHeaders, endStream] = [0x4, 0x1];
  const block = Buffer.concat(headers.map(([name, value]) => literal(name, value)));
  return Buffer.concat([
    Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    frame(0x4, 0, 0, Buffer.alloc(0)),
    frame(0x1, body === undefined ? endHeaders | endStream : endHeaders, 1, block),
    ...(body === undefined ? [] : [frame(0x0, endStream, 1, Buffer.from(body, "latin1"))]),
  ]);
}

/**
 * What one request of HTTP/2 was answered with: `served` for a status of 200, `refused` for another one or the end of its stream
 * or connection, `nothing` where nothing of these came.
 */
export function http2Outcome(answer: Buffer): "served" | "refused" | "nothing" {
  const [headers, resetStream, goAway] = [0x1, 0x3, 0x7];
  for (let at = 0; at + 9 <= answer.length; at += 9 + answer.readUIntBE(at, 3)) {
    const type = answer.readUInt8(at + 3);
    if (type === headers) {
      // The status is the first header; 200 is the eighth of those that everybody knows (RFC 7541, appendix A).
      return answer.readUInt8(at + 9) === 0x88 ? "served" : "refused";
    }
    if (type === resetStream || type === goAway) {
      return "refused";
    }
  }
  return "nothing";
}

/** Notes what reaches it byte by byte, one connection a request, and answers each with 200. */
export class WireRecorder {
  /** What came, a connection each, as Latin-1. */
  readonly connections: string[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((socket) => {
    this.sockets.add(socket);
    const index = this.connections.push("") - 1;
    socket.on("data", (piece) => {
      const before = this.connections[index]!;
      this.connections[index] = before + piece.toString("latin1");
      if (!before.includes("\r\n\r\n") && this.connections[index].includes("\r\n\r\n")) {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\nrecorded");
      }
    });
    socket.on("error", () => socket.destroy());
  });

  /** @returns its port on the loopback address. */
  start(): Promise<number> {
    return new Promise((resolve) => {
      this.server.listen(0, "127.0.0.1", () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  stop(): void {
    this.sockets.forEach((socket) => socket.destroy());
    this.server.close();
  }
}
