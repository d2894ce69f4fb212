import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { NONCE, secureHeaders, type SecureHeadersVariables } from "hono/secure-headers";
import { preferred } from "../languages.ts";
import { isPage } from "./paths.ts";

/** Where `setup/setup.sh portal` builds the pages. */
export const builtPages = fileURLToPath(new URL("../../build/pages", import.meta.url));

/** Languages of the pages, each with a file of texts. */
const languages = ["en", "fr", "ar"] as const;

/** What stands in the built page for the nonce of its answer; Vite writes it there. */
export const nonceMark = "NONCE-OF-THE-ANSWER";

/** Files whose names have a hash of what is in them never change. */
const forever = "public, max-age=31536000, immutable";

/**
 * The portal's whole site: its pages, and the API below `/api`.
 *
 * The pages ask nothing of anybody else, and no script or style runs that isn't a file of theirs. Mantine puts the theme's variables into a
 * style element, which has the nonce of its answer.
 *
 * @param folder what was built of the pages
 * @throws Error when they weren't built.
 */
export function createSite(api: Hono, folder: string = builtPages): Hono<{ Variables: SecureHeadersVariables }> {
  const page = readPage(folder);
  const texts = { en: textsOf("en", folder), fr: textsOf("fr", folder), ar: textsOf("ar", folder) };
  const site = new Hono<{ Variables: SecureHeadersVariables }>();
  site.all("/api/*", (context) => api.fetch(context.req.raw, context.env));
  // What Stripe tells: no page, and not for programs either.
  site.all("/webhooks/stripe", (context) => api.fetch(context.req.raw, context.env));
  site.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", NONCE],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: "DENY",
      // A link out of the portal says nothing of where it was.
      referrerPolicy: "no-referrer",
    }),
  );
  site.get(
    "/assets/*",
    async (context, next) => {
      await next();
      context.header("Cache-Control", context.res.status === 404 ? "no-store" : forever);
    },
    serveStatic({ root: folder, precompressed: true }),
    (context) => context.text("Not found", 404),
  );
  site.get("*", (context) => {
    // Found by its script alone, it would come after all other files.
    const html = page
      .replace(
        "</head>",
        `<link rel="modulepreload" crossorigin href="/assets/${texts[preferred(context, languages)]}" />$&`,
      )
      .replaceAll(nonceMark, context.get("secureHeadersNonce")!);
    return context.html(html, isPage(context.req.path) ? 200 : 404, { "Cache-Control": "no-store" });
  });
  return site;
}

/** Name of the file with a language's texts. */
function textsOf(language: string, folder: string): string {
  return readdirSync(join(folder, "assets")).find((name) => new RegExp(`^${language}-[\\w-]{8}\\.js$`).test(name))!;
}

function readPage(folder: string): string {
  try {
    return readFileSync(join(folder, "index.html"), "utf8");
  } catch (error) {
    throw new Error(`the pages aren't built in ${folder}; expected index.html: run setup/setup.sh portal`, {
      cause: error,
    });
  }
}
