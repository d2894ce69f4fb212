import { edgeDataFolder } from "../../fleet/security";
import { disputedPath, nginxHealthPath, sleepHeader } from "../../fleet/ports";
import { notWokenTexts, wakingTexts } from "../container/suspended";
import { edgeMarks } from "./marks";
import { htmlPage, unavailable } from "./pages";

/** Folder of the edge's waker, in memory: see `images/edge/odoo-fleet-waker`. */
const wakerFolder = "/tmp/waker";

/** Name of the logger that writes to the waker's file. */
export const visitsLogger = "visits";

/** Programs that read pages by themselves. What doesn't call itself as browsers do, `Mozilla`, doesn't wake either. */
const crawlers =
  "(?i)bot|crawl|spider|slurp|scrap|archiv|preview|facebookexternalhit|embedly|lighthouse|monitor|uptime|pingdom|statuscake|site24x7|probe|scan|headless";

/** What no tenant is kept awake by: open tabs' pings, crawlers and probes. */
const uncounted = [
  { path: ["/websocket", "/websocket/*", nginxHealthPath, "/web/health"] },
  { header_regexp: { "User-Agent": { pattern: crawlers } } },
];

/** Somebody opens a page in a browser. */
const visit = {
  method: ["GET"],
  header: { Accept: ["*text/html*"] },
  header_regexp: { "User-Agent": { pattern: "^Mozilla/" } },
  not: [...uncounted, { header: { "Sec-Purpose": ["*prefetch*"] } }, { header: { Upgrade: ["*"] } }],
};

/** Where the waker notes that it couldn't start a tenant. It outlives the container. */
const failedFolder = `${edgeDataFolder}/failed`;

/** Whether a file is in it. */
const hasFailed = (file: string): object => ({ file: { root: failedFolder, try_files: [`/${file}`] } });

const refresh = (seconds: number): string =>
  `<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="${seconds}"><title>${edgeMarks.company}</title>`;

/**
 * A refresh takes whole seconds, and a page may be there just after one: a browser that runs scripts asks more often. Without
 * braces, which Caddy would fill.
 */
const sooner = "<script>setTimeout(location.reload.bind(location),500)</script>";

function waitingPage(seconds: number, texts: { readonly en: string; readonly fr: string }, script = ""): object {
  const body = `<h1>${edgeMarks.company}</h1><p>${texts.en}</p><p lang="fr">${texts.fr}</p>${script}`;
  return unavailable(seconds, htmlPage(refresh(seconds), body));
}

/** What wakes nobody is answered so. */
const stillAsleep = { handle: [unavailable(60, "This Odoo sleeps. A visit by a browser wakes it.\n", "text/plain")] };

/** What is answered while the tenant's Nginx says that it sleeps. The page asks again for what was asked for, until that is there. */
const asleepRoutes = [
  {
    match: [visit],
    handle: [
      {
        handler: "subroute",
        routes: [
          { handle: [{ handler: "log_append", key: "wakes", value: "yes" }] },
          { match: [hasFailed(edgeMarks.tenant)], terminal: true, handle: [waitingPage(10, notWokenTexts)] },
          { handle: [waitingPage(1, wakingTexts, sooner)] },
        ],
      },
    ],
    terminal: true,
  },
  stillAsleep,
];

/**
 * The route of a suspended tenant that a visit wakes: that of one that runs, whose Nginx says itself whether Odoo is away, so nothing is
 * reloaded when it wakes or sleeps. Each request that counts is a line in the waker's file when it ends, with the tenant's name and nothing of
 * who asked for what. While one is under way, Caddy counts it for the upstream of `proxy`, of which the waker asks it.
 *
 * @param proxy the handler that leads to its Nginx.
 * @param uncountedProxy the same, by another spelling of its upstream, for what keeps nobody awake: open tabs' websockets are under way for hours.
 */
export function wakeableRoute(proxy: object, uncountedProxy: object): object {
  const answering = (handler: object, routes: readonly object[]): object => ({
    ...handler,
    handle_response: [{ match: { status_code: [503], headers: { [sleepHeader]: ["yes"] } }, routes }],
  });
  return {
    match: [{ host: [edgeMarks.names] }],
    terminal: true,
    handle: [
      {
        handler: "subroute",
        routes: [
          {
            match: uncounted,
            handle: [{ handler: "vars", log_skip: true }, answering(uncountedProxy, [stillAsleep])],
            terminal: true,
          },
          {
            handle: [{ handler: "log_append", key: "tenant", value: edgeMarks.tenant }, answering(proxy, asleepRoutes)],
          },
        ],
      },
    ],
  };
}

/** The log that the waker reads. It is kept short, since it is in memory. */
export const visitsLog = {
  include: [`http.log.access.${visitsLogger}`],
  writer: { output: "file", filename: `${wakerFolder}/visits`, roll_size_mb: 1, roll_keep: 1, roll_gzip: false },
  encoder: {
    format: "filter",
    wrap: { format: "json" },
    fields: Object.fromEntries(
      ["request", "resp_headers", "user_id", "bytes_read", "duration", "size"].map((field) => [
        field,
        { filter: "delete" },
      ]),
    ),
  },
};

/** Says to whoever probes it on the edge's network whether a tenant couldn't be woken, and at `disputedPath` whether two tenants claim one name. */
export function wakerServer(port: number): object {
  return {
    listen: [`:${port}`],
    automatic_https: { disable: true },
    routes: [
      {
        match: [{ path: [disputedPath] }],
        terminal: true,
        handle: [
          {
            handler: "subroute",
            routes: [
              {
                match: [{ file: { root: wakerFolder, try_files: ["/disputed"] } }],
                terminal: true,
                handle: [{ handler: "static_response", status_code: 503 }],
              },
              { handle: [{ handler: "static_response", status_code: 200 }] },
            ],
          },
        ],
      },
      { match: [hasFailed("*")], terminal: true, handle: [{ handler: "static_response", status_code: 503 }] },
      { handle: [{ handler: "static_response", status_code: 200 }] },
    ],
  };
}
