import { z } from "zod";
import { setPictures } from "../portalTypes";
import { setting } from "./setting";
import { moduleName } from "./tenant";

/** A text that customers read, in the languages of the portal's pages. */
const texts = (what: string, most: number, english: string, french: string, arabic: string) =>
  z
    .strictObject({
      en: setting(z.string().min(1).max(most), {
        description: `${what} in English.`,
        expected: `1 to ${most} characters`,
        example: english,
        defaultText: "required",
      }),
      fr: setting(z.string().min(1).max(most), {
        description: `${what} in French.`,
        expected: `1 to ${most} characters`,
        example: french,
        defaultText: "`en`",
      }).optional(),
      ar: setting(z.string().min(1).max(most), {
        description: `${what} in Arabic.`,
        expected: `1 to ${most} characters`,
        example: arabic,
        defaultText: "`en`",
      }).optional(),
    })
    .meta({
      description: `${what}, as customers read it.`,
      "x-expected": `text by language, such as { en: ${english}, fr: ${french}, ar: ${arabic} }`,
      "x-default-text": "required",
    });

/** Keys of a set of modules. */
export const moduleSetSchema = z.strictObject({
  modules: z.array(moduleName).min(1).max(50).meta({
    description:
      "Modules of Odoo that a tenant with it starts with, each of which every release of `odooVersions` has. What they depend on comes with them.",
    "x-expected": "1 to 50 technical names of modules",
    "x-default-text": "required",
  }),
  title: texts("What it is called", 40, "Sales", "Ventes", "المبيعات"),
  summary: texts("What it is for", 160, "Customers and quotations", "Clients et devis", "العملاء وعروض الأسعار"),
  picture: setting(z.enum(setPictures), {
    description: "Drawing beside it, one of the portal's own.",
    expected: `one of ${setPictures.join(", ")}`,
    example: "shop",
    default: "box",
  }).optional(),
});
