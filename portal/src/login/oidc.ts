import type { Configuration } from "openid-client";
import { z } from "zod";
import type { Database } from "../database/connect.ts";
import { hashOf } from "../orders/identifiers.ts";
import type { Settings } from "../settings.ts";
import { type IdentityClaims, noteIdentity } from "./identities.ts";

/** A service that somebody can sign in by, as the pages show it. */
export interface OidcService {
  readonly id: string;
  readonly title: string;
}

/**
 * Why nobody is signed in. `away`: the service doesn't answer; `failed`: it refused, or what came back isn't what it was sent; `unverified`: it doesn't vouch for the e-mail address; `other`:
 * another account there signs in with this address already.
 */
export type OidcFault = "away" | "failed" | "unverified" | "other";

/** Seconds that a service has for an answer. */
const patience = 10;

/** Milliseconds within which somebody has to come back. */
const absence = 600_000;

const claimsSchema = z.object({
  email: z.email().max(254).optional().catch(undefined),
  email_verified: z.literal(true).optional().catch(undefined),
});

/** The library, once somebody signs in by a service. */
const openid = () => import("openid-client");

/** Path at which somebody comes back from a service. */
export const callbackPath = (service: string): string => `/api/login/oidc/${service}/callback`;

/**
 * Signing in by services that the provider of the portal declares (OpenID Connect): by a code with PKCE, a nonce and a state that is the browser's, from the issuer that is declared, whose signature is
 * judged. An operator's second factor is asked for all the same.
 */
export class Oidc {
  private readonly database: Database;
  private readonly origin: string;
  private readonly declared: NonNullable<Settings["oidc"]>;
  private readonly secrets: Readonly<Record<string, string>>;
  private readonly tellAdded: (email: string, title: string) => void;
  /** Of the services that answered. */
  private readonly known = new Map<string, Promise<Configuration>>();

  /**
   * @param secrets of the portal at the services, by their ids.
   * @param tellAdded tells somebody that he is signed in by a service from now on: it may have been somebody else.
   */
  constructor(
    database: Database,
    { origin, oidc = {} }: Pick<Settings, "origin" | "oidc">,
    secrets: Readonly<Record<string, string>>,
    tellAdded: (email: string, title: string) => void,
  ) {
    this.database = database;
    this.origin = origin;
    this.declared = oidc;
    this.secrets = secrets;
    this.tellAdded = tellAdded;
  }

  get services(): OidcService[] {
    return Object.entries(this.declared).map(([id, { title }]) => ({ id, title }));
  }

  /** Whose accounts a service has; undefined: there is no such service. */
  issuerOf(service: string): string | undefined {
    return Object.hasOwn(this.declared, service) ? this.declared[service]!.issuer : undefined;
  }

  /** Where a browser goes to sign in, and the state that it has to keep; a fault when the service doesn't answer. */
  async begin(service: string, now: Date): Promise<{ url: string; state: string } | OidcFault> {
    const { buildAuthorizationUrl, calculatePKCECodeChallenge, randomNonce, randomPKCECodeVerifier, randomState } =
      await openid();
    const configuration = await this.configurationOf(service);
    if (!configuration) {
      return "away";
    }
    const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
    await this.database
      .insertInto("login_departure")
      .values({ state_hash: hashOf(state), service, nonce, verifier, expires_at: new Date(now.getTime() + absence) })
      .execute();
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: `${this.origin}${callbackPath(service)}`,
      scope: "openid email",
      ...{ state, nonce, code_challenge: await calculatePKCECodeChallenge(verifier), code_challenge_method: "S256" },
    });
    return { url: url.href, state };
  }

  /**
   * Who came back from a service.
   *
   * @param search of the address that he came back to.
   * @param state what his browser kept; undefined: nothing.
   */
  async finish(
    service: string,
    search: string,
    state: string | undefined,
    now: Date,
  ): Promise<{ email: string } | OidcFault> {
    const departure =
      state === undefined
        ? undefined
        : await this.database
            .deleteFrom("login_departure")
            .where("state_hash", "=", hashOf(state))
            .where("service", "=", service)
            .where("expires_at", ">", now)
            .returningAll()
            .executeTakeFirst();
    if (!departure) {
      return "failed";
    }
    const configuration = await this.configurationOf(service);
    if (!configuration) {
      return "away";
    }
    let claims: IdentityClaims;
    try {
      const at = new URL(`${this.origin}${callbackPath(service)}${search}`);
      const { nonce: expectedNonce, verifier: pkceCodeVerifier } = departure;
      claims = await claimsOf(configuration, this.declared[service]!.issuer, at, {
        expectedNonce,
        pkceCodeVerifier,
        expectedState: state!,
      });
    } catch (error) {
      // Its text has neither code nor token, but may have what the service wrote.
      console.error(`nobody was signed in by ${service}: ${error instanceof Error ? error.name : "unknown"}`);
      return "failed";
    }
    const noted = await noteIdentity(this.database, service, claims, now);
    if (typeof noted === "string") {
      return noted;
    }
    if (noted.isNew) {
      this.tellAdded(noted.email, this.declared[service]!.title);
    }
    return { email: noted.email };
  }

  /** What is known of a service; undefined when it doesn't answer. One that did isn't asked again. */
  private async configurationOf(service: string): Promise<Configuration | undefined> {
    const asked = this.known.get(service) ?? this.discover(service);
    this.known.set(service, asked);
    try {
      return await asked;
    } catch (error) {
      this.known.delete(service);
      console.error(`${service} can't be asked who somebody is: ${error instanceof Error ? error.message : "unknown"}`);
      return undefined;
    }
  }

  private async discover(service: string): Promise<Configuration> {
    const {
      allowInsecureRequests,
      ClientSecretBasic,
      ClientSecretPost,
      Configuration,
      discovery,
      enableNonRepudiationChecks,
    } = await openid();
    const { issuer, clientId } = this.declared[service]!;
    const secret = this.secrets[service];
    // The settings allow it on this machine alone.
    const execute = issuer.startsWith("http:") ? [allowInsecureRequests] : [];
    const found = await discovery(new URL(issuer), clientId, secret, undefined, { execute, timeout: patience });
    const metadata = found.serverMetadata();
    // What the specification says of a service that says nothing.
    const { token_endpoint_auth_methods_supported: ways = ["client_secret_basic"] } = metadata;
    const way = ways.includes("client_secret_basic") ? ClientSecretBasic(secret) : ClientSecretPost(secret);
    const configuration = new Configuration(metadata, clientId, secret, way);
    configuration.timeout = patience;
    execute.forEach((allow) => allow(configuration));
    enableNonRepudiationChecks(configuration);
    return configuration;
  }
}

/** Forgets who didn't come back. */
export async function forgetOldDepartures(database: Database, now: Date): Promise<void> {
  await database.deleteFrom("login_departure").where("expires_at", "<=", now).execute();
}

/** What a service vouches for. @throws Error when anything of its answer isn't what it has to be. */
async function claimsOf(
  configuration: Configuration,
  issuer: string,
  at: URL,
  expected: { readonly expectedNonce: string; readonly pkceCodeVerifier: string; readonly expectedState: string },
): Promise<IdentityClaims> {
  const { authorizationCodeGrant, fetchUserInfo } = await openid();
  const tokens = await authorizationCodeGrant(configuration, at, { ...expected, idTokenExpected: true });
  const { sub: subject, ...own } = tokens.claims()!;
  // Many say it there alone.
  const said = "email" in own ? own : await fetchUserInfo(configuration, tokens.access_token, subject);
  const { email, email_verified } = claimsSchema.parse(said);
  return { issuer, subject, verified: email_verified ? email?.toLowerCase() : undefined };
}
