import { z } from "zod";

/** Names a thing of the portal. */
export const id = z.string().regex(/^[a-z][a-z0-9]{11}$/);

/** A moment in UTC. */
export const moment = z.iso.datetime();

/** A price, in the currency's smallest unit. */
export const price = z.int().min(0).max(100_000_000);

/**
 * No control characters, which would forge lines of logs and mails, and something that can be seen. Written for any language's regular
 * expressions, as it is in the document.
 */
const visibleText = new RegExp(
  String.raw`^[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u0020\u007f-\u00a0][^\u0000-\u001f\u007f-\u009f]*$`,
);

/** Text that a person reads. Marks that reorder or hide letters (Unicode's Cf), and those that end a line or a paragraph (Zl, Zp), are refused too. */
// Its type follows from what is called, and only zod can spell it out.
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types
export const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(visibleText)
    .refine((value) => !/[\p{Cf}\p{Zl}\p{Zp}]/u.test(value), "expected no invisible marks")
    .transform((value) => value.trim())
    .refine((value) => value !== "", "expected something that can be seen");
