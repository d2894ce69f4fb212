import { serve } from "@hono/node-server";
import { createApp } from "./app";
import { readSettings } from "./settings";
import { Tenants } from "./tenants";

const settings = readSettings(process.env);
serve({ fetch: createApp(new Tenants(settings)).fetch, hostname: settings.address, port: settings.port }, ({ port }) =>
  console.log(`listening on http://${settings.address}:${port}`),
);
