import createClient from "openapi-fetch";
import type { components, paths } from "../build/client/api.ts";

/** Things that the API speaks of. */
export type Schemas = components["schemas"];

/** The API, as `openapi.json` says it. */
export const api = createClient<paths>();

/** What the API refused, or that it couldn't be asked. */
export class ApiError extends Error {
  /** The problem's kind, as in the API; `unreachable` when no answer of it came. */
  readonly kind: string;
  /** Of a problem `state`: why, in the API's word, where there is one. */
  readonly reason: string | undefined;
  /** Fields that were refused, and why. */
  readonly fields: readonly { readonly field: string; readonly reason: string }[];

  constructor(kind: string, fields: ApiError["fields"] = [], reason?: string) {
    super(kind);
    this.kind = kind;
    this.fields = fields;
    this.reason = reason;
  }
}

/**
 * The body of an answer.
 *
 * @throws ApiError when it is a refusal, or doesn't come.
 */
export async function answerOf<Body>(
  asked: Promise<{ data?: Body; error?: unknown; response: Response }>,
): Promise<Body> {
  const { data, error, response } = await asked.catch(() => {
    throw new ApiError("unreachable");
  });
  if (!response.ok) {
    // A proxy's own page has neither.
    const { type, errors, reason } = (typeof error === "object" ? error : {}) as Partial<Schemas["Problem"]>;
    throw new ApiError(type?.replace(/^urn:odoo-fleet:/, "") ?? "unreachable", errors, reason);
  }
  return data as Body;
}

/** A key by which a repeated write has one effect. `crypto.randomUUID` is there with HTTPS only. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
