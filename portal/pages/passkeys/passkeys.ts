import { ApiError } from "../api.ts";
import { askLogin } from "../login/me.ts";

/** A passkey of who is signed in. */
export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly usedAt: string | null;
}

/** Whether this browser knows passkeys, which it does for pages that came by HTTPS, or from this machine. */
export const canUsePasskeys = (): boolean => typeof PublicKeyCredential === "function";

/** What the browser asks devices by; loaded once somebody uses a passkey. */
const webauthn = () => import("@simplewebauthn/browser");

/** A browser says alike that nobody answered, that somebody refused, and that no device has one. */
async function answered<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch {
    throw new ApiError("passkey");
  }
}

/** Has a device make a passkey for who is signed in, and keeps it under a name. */
export async function addPasskey(name: string): Promise<Passkey> {
  type Options = Parameters<Awaited<ReturnType<typeof webauthn>>["startRegistration"]>[0]["optionsJSON"];
  const optionsJSON = await askLogin<Options>("POST", "/passkeys/registrations");
  const { startRegistration } = await webauthn();
  const response = await answered(startRegistration({ optionsJSON }));
  return askLogin<Passkey>("POST", "/passkeys", { name, response });
}

/** Signs in by a passkey of a device. */
export async function signInByPasskey(): Promise<void> {
  type Options = Parameters<Awaited<ReturnType<typeof webauthn>>["startAuthentication"]>[0]["optionsJSON"];
  const optionsJSON = await askLogin<Options>("POST", "/passkeys/challenges");
  const { startAuthentication } = await webauthn();
  const response = await answered(startAuthentication({ optionsJSON }));
  await askLogin("POST", "/passkeys/sessions", { response });
}
