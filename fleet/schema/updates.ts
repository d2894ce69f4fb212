import { z } from "zod";
import { hoursSchema } from "./lifecycle";
import { setting } from "./setting";

/** Keys of `updates`. */
export const updatesSchema = z.strictObject({
  automatic: setting(z.boolean(), {
    description:
      "Whether `make up` carries out by itself what it refuses otherwise and `make update` would do: each tenant rehearsed on a copy of its own first, brought back where anything fails, one tenant alone and the others in waves.",
    expected: "true or false",
    example: true,
    default: false,
  }).optional(),
  window: z
    .array(hoursSchema)
    .min(1)
    .meta({
      description:
        "Hours in which it does, written as `activeHours` of a tenant's lifecycle are. Outside all of them `make up` refuses, as without `automatic`, and says when they begin. An update that has begun in them is brought to its end.",
      "x-expected": "a list of at least one such entry",
      "x-default-text": "at any time",
    })
    .optional(),
  canary: setting(z.string(), {
    description: "Tenant that is updated first and alone.",
    expected: "the name of a declared tenant",
    example: "acme",
    defaultText: "the first one that is to be updated",
  }).optional(),
});

export type UpdatesConfig = z.output<typeof updatesSchema>;
