/** What comes before the forms of each text that depends on a number. */
type Counted<Key> = Key extends `${infer Start}_other` ? Start : never;

/**
 * The shape of a language: English's keys, any text, and of what depends on a number each form that the language has.
 *
 * @typeParam Form the language's plural categories, as `Intl.PluralRules` names them
 */
export type Texts<Shape, Form extends Intl.LDMLPluralRule> = {
  readonly [Key in keyof Shape]: Shape[Key] extends string ? string : Texts<Shape[Key], Form>;
} & { readonly [Key in `${Counted<keyof Shape>}_${Form}`]: string };

/** Texts in French, which has a form for whole millions. */
export type FrenchTexts<Shape> = Texts<Shape, "one" | "many" | "other">;

/** Texts in Arabic, which has a form for none, one and two each, for 3 to 10, for 11 to 99, and for whole hundreds. */
export type ArabicTexts<Shape> = Texts<Shape, "zero" | "one" | "two" | "few" | "many" | "other">;
