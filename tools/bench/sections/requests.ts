import { serviceContainer } from "../engine";
import type { Figures } from "../figures";
import type { Bench } from "../fixture";
import { get } from "../http";
import { compare, type Load, type Target } from "../load";
import { originOf } from "../stack";
import { ratio } from "../stats";

/** A file of the module `web`, in all supported releases of Odoo: 3 KB, an image. */
export const staticFile = "/web/static/img/logo.png";

/** Login page and a static file, through Nginx and from Odoo directly over the front network. */
export async function requests(bench: Bench): Promise<Figures> {
  const { stack, tenants } = await bench.fleetOf(2);
  const [tenant, slot] = Object.entries(tenants)[0]!;
  const container = await (await serviceContainer(stack.name, tenant, "odoo")).inspect();
  const front = container.NetworkSettings.Networks[`${stack.name}-${tenant}-front`]!;
  const origins = { nginx: originOf(slot), direct: `http://${front.IPAddress}:8069` };

  bench.say("login page, through Nginx and directly in turns");
  const page = await compare(
    {
      nginx: await visitor(origins.nginx, "/web/login"),
      direct: await visitor(origins.direct, "/web/login"),
    },
    { connections: 2, seconds: 6, rounds: 5 },
  );
  bench.say("static file, through Nginx and directly in turns");
  const file = await compare(
    {
      nginx: { url: origins.nginx + staticFile, headers: {} },
      direct: { url: origins.direct + staticFile, headers: {} },
    },
    { connections: 10, seconds: 4, rounds: 5 },
  );
  return {
    ...figures("page", page),
    "page.p50.ratio": ratio(page.nginx.p50, page.direct.p50),
    ...figures("static", file),
    "static.ratio": ratio(file.nginx.requestsPerSecond, file.direct.requestsPerSecond),
  };
}

/** A browser that comes back: it takes compressed answers and has a session, so that not each request makes one. */
export async function visitor(origin: string, path: string, ca?: string): Promise<Target> {
  const cookies = (await get(origin + path, {}, ca)).headers["set-cookie"] ?? [];
  const cookie = [cookies].flat().map((one) => one.split(";")[0]!);
  const headers = { "accept-encoding": "gzip, deflate", cookie: cookie.join("; ") };
  return { url: origin + path, headers, ...(ca !== undefined && { ca }) };
}

function figures(prefix: string, { nginx, direct }: Record<"nginx" | "direct", Load>): Figures {
  const of = (name: string, load: Load): [string, number][] => [
    [`${name}.p50.ms`, load.p50],
    [`${name}.p99.ms`, load.p99],
    [`${name}.requestsPerSecond`, load.requestsPerSecond],
  ];
  return Object.fromEntries([...of(prefix, nginx), ...of(`${prefix}.direct`, direct)]);
}
