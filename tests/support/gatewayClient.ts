import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { request } from "node:https";

/** A gateway, and by what its host is known to who asks. */
export interface GatewayAddress {
  readonly address: string;
  readonly port: number;
  /** The name that the certificate has to be made out for. */
  readonly host: string;
}

/** Who asks, and whom it trusts. */
export interface GatewayCredentials {
  /** Certificate of the authority, PEM. */
  readonly authority: string;
  /** Undefined: without a login. */
  readonly password?: string;
}

/** An answer of a gateway. */
export interface GatewayAnswer {
  readonly status: number;
  readonly body: string;
}

/** Asks a gateway over TLS. @throws Error of the handshake, with its `code`. */
export function askGateway(
  { address, port, host }: GatewayAddress,
  { authority, password }: GatewayCredentials,
  path: string,
): Promise<GatewayAnswer> {
  const auth = password === undefined ? {} : { auth: `prometheus:${password}` };
  const options = {
    host: address,
    port,
    path,
    ca: authority,
    servername: host,
    agent: false,
    timeout: 10_000,
    ...auth,
  };
  return answered((done) => request(options, done).end());
}

/** Asks a gateway without TLS. */
export function askWithoutTls({ address, port }: GatewayAddress, path: string): Promise<GatewayAnswer> {
  return answered((done) => plainRequest({ host: address, port, path, agent: false, timeout: 10_000 }, done).end());
}

type Respond = (response: IncomingMessage) => void;

function answered(send: (respond: Respond) => ClientRequest): Promise<GatewayAnswer> {
  return new Promise((resolve, reject) => {
    const sent = send((response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (body += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new Error("no answer within 10 s")));
  });
}
