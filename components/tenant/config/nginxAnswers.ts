import { htmlText } from "../../../fleet/htmlText";
import { sleepHeader } from "../../../fleet/ports";
import { asleepTexts, suspendedTexts } from "../../container/suspended";

/** An answer that Nginx gives itself, in the two shapes that clients understand. */
interface OwnAnswer {
  /** Name of its locations: `@name_html` and `@name_data`. */
  readonly name: string;
  readonly status: number;
  readonly title: string;
  readonly text: string;
  /** The same in French; left out where the page is for who uses Odoo already. */
  readonly french?: string;
  /** Seconds after which the same request may be tried again. */
  readonly retryAfter?: number;
  /** What a program gets. `error`: an error that Odoo's web client shows as a message. `text`: no JSON, see below. */
  readonly data: "error" | "text";
  /** Seconds after which the page tries again by itself; left out: it doesn't. */
  readonly reloads?: number;
  /** Whether the host's edge is told that the tenant sleeps, and may be woken. */
  readonly isAsleep?: boolean;
}

/** While nothing answers where Odoo is. */
const starting: OwnAnswer = {
  name: "starting",
  status: 503,
  title: "Starting",
  text: "Odoo is starting. This page tries again by itself.",
  retryAfter: 5,
  // Odoo's web client takes anything that is no JSON for a lost connection, and asks until it is back.
  data: "text",
  reloads: 3,
};

/** What the visitors of a suspended tenant are told. */
export interface Suspended {
  /** What its customer is called. */
  readonly company: string;
  /** Whether a visit by the edge wakes it. */
  readonly isWakeable: boolean;
}

/** The same, while the tenant is suspended. */
function suspended({ company, isWakeable }: Suspended): OwnAnswer {
  const texts = isWakeable ? asleepTexts : suspendedTexts;
  return {
    name: "starting",
    status: 503,
    title: htmlText(company),
    text: texts.en,
    french: texts.fr,
    retryAfter: isWakeable ? 60 : 3600,
    data: "text",
    reloads: 60,
    isAsleep: isWakeable,
  };
}

const answers: readonly OwnAnswer[] = [
  {
    name: "too_many_uploads",
    status: 503,
    title: "Too many uploads",
    text: "Several large uploads are under way. Please try again in a moment.",
    retryAfter: 10,
    data: "error",
  },
  {
    name: "too_many_requests",
    status: 429,
    title: "Too many attempts",
    text: "There were too many attempts from your address. Please wait a minute and try again.",
    retryAfter: 60,
    data: "error",
  },
];

/** The answer to a request that is larger than the plan allows. */
function tooLarge(uploadMiB: number): OwnAnswer {
  return {
    name: "too_large",
    status: 413,
    title: "File too large",
    text: `The upload is larger than the ${uploadMiB} MB that this Odoo accepts.`,
    data: "error",
  };
}

/** What chooses between a page and data: a browser that opens a page says that it takes HTML, a script doesn't. */
export const answerFormatMap = `  map $http_accept $answer_format {
    default data;
    "~text/html" html;
  }`;

/** The server's directives that lead to Nginx's own answers. A named location keeps the request's method. */
export const errorPages = `    error_page 413 @too_large_$answer_format;
    error_page 429 @too_many_requests_$answer_format;
    error_page 502 504 =503 @starting_$answer_format;
    # Of Nginx itself: what Odoo answers passes as it is.
    error_page 503 @too_many_uploads_$answer_format;`;

/**
 * Renders the locations of Nginx's own answers.
 *
 * @param headers the `add_header` lines of the server, which Nginx drops wherever a location has some of its own.
 * @param whileSuspended what the page of a suspended tenant says; undefined: it isn't suspended.
 */
export function answerLocations(uploadMiB: number, headers: string, whileSuspended?: Suspended): string {
  const away = whileSuspended === undefined ? starting : suspended(whileSuspended);
  return [away, ...answers, tooLarge(uploadMiB)]
    .flatMap((answer) => [
      location(answer, "html", "text/html", page(answer), headers),
      location(answer, "data", ...data(answer), headers),
    ])
    .join("\n");
}

function location(answer: OwnAnswer, format: string, type: string, body: string, headers: string): string {
  const retry = answer.retryAfter === undefined ? "" : `\n      add_header Retry-After ${answer.retryAfter} always;`;
  const asleep = answer.isAsleep === true ? `\n      add_header ${sleepHeader} yes always;` : "";
  return `    location @${answer.name}_${format} {
      # Without this the type would follow from the name that was asked for.
      types {}
      default_type "${type}; charset=utf-8";
${headers.replace(/^ {4}/gm, "      ")}
      add_header Cache-Control no-store always;${retry}${asleep}
      return ${answer.status} '${body}';
    }`;
}

function page({ title, text, french, reloads }: OwnAnswer): string {
  const refresh = reloads === undefined ? "" : `<meta http-equiv="refresh" content="${reloads}">`;
  const body =
    french === undefined ? `<p>${text}</p>` : `<main><h1>${title}</h1><p>${text}</p><p lang="fr">${french}</p></main>`;
  const style = "font-family:system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;color:#444";
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8">${refresh}<title>${title}</title></head>` +
    `<body style="${style}">${body}</body></html>`
  );
}

/** Type and content for a program. */
function data({ status, text, data: kind }: OwnAnswer): [type: string, body: string] {
  if (kind === "text") {
    return ["text/plain", text];
  }
  // Odoo's web client shows an error of this name as a message, and any other with a stack trace.
  const shown = { name: "odoo.exceptions.UserError", message: text, arguments: [text], context: {}, debug: "" };
  const error = { code: status, message: text, data: shown };
  return ["application/json", JSON.stringify({ jsonrpc: "2.0", id: null, error })];
}
