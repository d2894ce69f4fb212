import dns from "node:dns";
import https from "node:https";
import { isIP, type LookupFunction, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { AddressJudge } from "./addresses.ts";

/** An address is refused: nothing was sent. */
class RefusedAddressError extends Error {
  constructor(address: string, why: string) {
    super(`the address ${address} is refused: ${why}`);
  }
}

/** How a guarded agent differs from the usual, which tests need. */
export interface AgentOptions {
  /** Authorities that are trusted in place of the usual ones. */
  readonly ca?: string;
  readonly lookup?: typeof dns.lookup;
}

/**
 * Connects by HTTPS to addresses alone that are judged right. The answer of the very lookup that is connected to is judged, so a name that is resolved to something else
 * a moment later gains nothing; so is what the socket is connected to in the end, before anything of the request is sent.
 */
export class GuardedAgent extends https.Agent {
  private readonly judge: AddressJudge;
  private readonly resolve: typeof dns.lookup;

  constructor(judge: AddressJudge, { ca, lookup = dns.lookup }: AgentOptions = {}) {
    // A connection for each request: none is judged by what was right earlier.
    super({ keepAlive: false, maxCachedSessions: 0, ...(ca !== undefined && { ca }) });
    this.judge = judge;
    this.resolve = lookup;
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const host = options.host ?? "";
    // One that is an address isn't looked up.
    const fault = isIP(host) === 0 ? undefined : this.faultOf(host);
    if (fault) {
      callback?.(fault, undefined as unknown as Duplex);
      return undefined;
    }
    const socket = super.createConnection({ ...options, lookup: this.lookup }, callback);
    if (!(socket instanceof Socket)) {
      throw new Error("expected the agent to connect by a socket, whose address can be judged");
    }
    socket.once("connect", () => {
      const connected = this.faultOf(socket.remoteAddress ?? "");
      if (connected) {
        socket.destroy(connected);
      }
    });
    return socket;
  }

  private readonly lookup: LookupFunction = (host, options, callback) => {
    this.resolve(host, { ...options, all: true }, (error, found) => {
      const fault = error ?? found.map(({ address }) => this.faultOf(address)).find(Boolean);
      const [first] = fault ? [] : found;
      if (!first) {
        callback(fault ?? new Error(`${host} has no address`), "", 0);
      } else if (options.all) {
        callback(null, found);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };

  private faultOf(address: string): RefusedAddressError | undefined {
    const why = this.judge(address);
    return why === undefined ? undefined : new RefusedAddressError(address, why);
  }
}
