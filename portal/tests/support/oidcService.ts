import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** The portal's secret at each service of tests. */
export const clientSecret = "secret of the portal at the service";

/** Who somebody is at the service. */
export interface OidcAccount {
  readonly sub: string;
  readonly email: string;
  readonly email_verified: boolean;
}

/** A real OpenID provider (oidc-provider), at which somebody is signed in who a test says, and agrees to all. */
export class OidcService {
  readonly issuer: string;
  /** Who signs in there; undefined: he refuses. */
  account: OidcAccount | undefined;
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<OidcService> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new OidcService(server);
  }

  /** Begins to serve a portal. @param callback where it wants people back. @param says who it says to be; by default who it is. */
  serve(callback: string, says = this.issuer): void {
    const { privateKey: key } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const provider = new Provider(says, {
      clients: [
        {
          ...{ client_id: "portal", client_secret: clientSecret, redirect_uris: [callback] },
          ...{ grant_types: ["authorization_code"], response_types: ["code"] },
        },
      ],
      jwks: { keys: [{ ...key.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "1" }] },
      ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
      claims: { openid: ["sub"], email: ["email", "email_verified"] },
      features: { devInteractions: { enabled: false } },
      cookies: { keys: ["a key of tests"] },
      pkce: { required: () => true },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...this.account! }) }),
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      async loadExistingGrant({ oidc }) {
        const grant = new oidc.provider.Grant({ clientId: oidc.client!.clientId, accountId: oidc.session!.accountId! });
        grant.addOIDCScope("openid email");
        await grant.save();
        return grant;
      },
    });
    const answer = provider.callback();
    this.server.on("request", (request, response) => {
      if (request.url?.startsWith("/interaction/")) {
        const result = this.account ? { login: { accountId: this.account.sub } } : { error: "access_denied" };
        void provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
      } else {
        void answer(request, response);
      }
    });
  }

  /**
   * What a browser does that is sent there.
   *
   * @returns the path and query at the portal to which it is sent back.
   */
  async visit(url: string): Promise<string> {
    const cookies = new Map<string, string>();
    for (let at = url; ;) {
      const answer = await fetch(at, { redirect: "manual", headers: { Cookie: [...cookies.values()].join("; ") } });
      answer.headers.getSetCookie().forEach((cookie) => cookies.set(cookie.split("=")[0]!, cookie.split(";")[0]!));
      const next = answer.headers.get("Location");
      if (next === null) {
        throw new Error(`the service answered ${answer.status}: ${await answer.text()}`);
      }
      at = new URL(next, at).href;
      if (!at.startsWith(this.issuer)) {
        const { pathname, search } = new URL(at);
        return pathname + search;
      }
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
