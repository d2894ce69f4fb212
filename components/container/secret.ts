import { inspect } from "node:util";

/** What a secret prints as. */
const hidden = "[secret]";

/**
 * A value that must not be printed by mistake: text, JSON and a debugger's view of it are `[secret]`.
 *
 * ```ts
 * console.log(`${password}`, { password }); // [secret] { password: [secret] }
 * login("admin", password.reveal());
 * ```
 */
export class Secret<T> {
  readonly #value: T;

  /** @param value what is to be kept from logs. */
  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Whoever calls this answers for where it goes. */
  reveal(): T {
    return this.#value;
  }

  /** `[secret]`. */
  toString(): string {
    return hidden;
  }

  /** `[secret]`. */
  toJSON(): string {
    return hidden;
  }

  /** `[secret]`. */
  [inspect.custom](): string {
    return hidden;
  }
}
