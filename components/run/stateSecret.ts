/** How a secret stands in a state that `pulumi stack export --show-secrets` gave: an object with Pulumi's mark, whose `plaintext` is JSON. */

const mark = "4dabf18193072939515e22adb298388d";

/** What marks a secret among the values that have a mark. */
const signature = "1b47061264138c4ac30d75fd1eb44270";

interface ShownSecret {
  readonly plaintext: string;
}

/** Whether a value of a state is a secret in plain text. */
export function isShownSecret(value: unknown): value is ShownSecret {
  return typeof value === "object" && value !== null && mark in value && "plaintext" in value;
}

/** A value as it is in a state, with what a secret hides in its place. */
export function revealed(value: unknown): unknown {
  return isShownSecret(value) ? (JSON.parse(value.plaintext) as unknown) : value;
}

/** A secret, as a state that is imported may have it: Pulumi encrypts it. */
export function shownSecret(value: unknown): object {
  return { [mark]: signature, plaintext: JSON.stringify(value) };
}
