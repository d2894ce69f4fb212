/** All text of the pages, in English. Every other language has the same keys. */
export const en = {
  frame: { home: "Odoo, ready in seconds", light: "Light", dark: "Dark" },
  notFound: {
    title: "There is no such page",
    text: "The address may be mistyped, or the page is gone.",
    home: "Go to the first page",
  },
  waiting: { now: "Loading…", long: "This takes longer than usual. Still waiting for an answer…" },
  failure: { title: "That didn't work", retry: "Try again" },
  problems: {
    unreachable: "The portal doesn't answer. Check your connection; if that works, the portal is down for a moment.",
    badRequest: "The portal didn't understand this. Load the page again.",
    keyMissing: "The portal didn't understand this. Load the page again.",
    credentials: "The e-mail address or the password is wrong.",
    code: "This link was used, or came too late. Ask for another one.",
    unauthorized: "Sign in to see this.",
    forbidden: "You may not do this.",
    foreignOrigin: "This page isn't the portal's own. Open the portal by its own address.",
    notFound: "It isn't there, or it isn't yours.",
    method: "This can't be done.",
    inFlight: "The first attempt is still under way. Wait a moment, then try again.",
    state: "It has changed meanwhile, and this can't be done any more.",
    tooLarge: "That is too long.",
    mediaType: "The portal didn't understand this. Load the page again.",
    refused: "It can't be ordered like this. See the fields that are marked.",
    keyReused: "The portal didn't understand this. Load the page again.",
    tooMany: "Too many attempts. Wait a minute, then try again.",
    internal: "Something went wrong at the portal. Nothing was changed. Try again later.",
  },
  order: {
    title: "Order your Odoo",
    aMonth: "{{price}} a month",
    trialDays_one: "{{count}} day free",
    trialDays_other: "{{count}} days free",
  },
};

/** The shape of a language: the same keys, any text. */
export type Texts<Shape = typeof en> = {
  readonly [Key in keyof Shape]: Shape[Key] extends string ? string : Texts<Shape[Key]>;
};
