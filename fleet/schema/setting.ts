import { z } from "zod";

/** What a setting says of itself, for error messages, editors and docs/configuration.md. */
export interface SettingInfo {
  /** What it is, and why one would change it. */
  readonly description: string;
  /** What a right value is; completes "expected: ...". */
  readonly expected: string;
  /** A right value, for the command that an error proposes. */
  readonly example: string | number | boolean;
  /** Unit of the value. */
  readonly unit?: string;
  /** Value when left out. */
  readonly default?: string | number | boolean;
  /** The same in words, where it isn't one value. */
  readonly defaultText?: string;
  /** Whether the value may be a secret, which no message repeats. */
  readonly secret?: boolean;
}

/** Attaches to a schema what it says of itself. */
export function setting<T extends z.ZodType>(schema: T, info: SettingInfo): T {
  const { description, expected, example, unit, default: value, defaultText, secret } = info;
  return schema.meta({
    description,
    "x-expected": expected,
    "x-example": example,
    "x-unit": unit,
    "x-default": value,
    "x-default-text": defaultText,
    "x-secret": secret,
  });
}

/** A whole number in a range. */
export const whole = (least: number, most: number): z.ZodNumber => z.number().int().min(least).max(most);
/** Text of a shape. */
export const text = (pattern: RegExp): z.ZodString => z.string().regex(pattern);
