import { type Context, Hono } from "hono";
import { record } from "../audit/audit.ts";
import {
  type Downloadable,
  findDownload,
  lastSize,
  listExports,
  listLastExports,
  requestExport,
} from "../exports/exports.ts";
import { leftIn, openExport, rangeOf, spared } from "../exports/files.ts";
import { readTenant } from "../jobs/tenants.ts";
import { OrderStateError } from "../orders/orderErrors.ts";
import type { ApiParts } from "./app.ts";
import { exportListSchema, lastExportListSchema } from "./exportSchemas.ts";
import { once, whoAsks } from "./idempotency.ts";
import { type ApiEnv, demand, describe, there, valid } from "./operation.ts";
import { idParameter, noQuery, tenantSchema } from "./schemas.ts";
import { tenantSides } from "./tenantSides.ts";

/** Exports of tenants, and their files. */
export function exportRoutes({ database, queue, exportsFolder, now = () => new Date() }: ApiParts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  for (const side of tenantSides) {
    app.get(
      `${side.path}/tenants/:id/exports` as const,
      describe(
        side.named({
          id: "listExports",
          summary: "A tenant's exports, the newest first",
          success: { status: 200, description: "The exports", schema: exportListSchema },
        }),
      ),
      demand(database, side.scope),
      valid("param", idParameter),
      valid("query", noQuery),
      async (context) => {
        const { id } = context.req.valid("param");
        return context.json({
          exports: there(await listExports(database, side.customerOf(context.var.caller), id, now())),
        });
      },
    );
  }

  app.post(
    "/tenants/:id/exports",
    describe({
      id: "exportTenant",
      summary:
        "Export a tenant: its database and files as a zip that any Odoo takes, for 7 days or until the next one; it goes on as it is meanwhile",
      scope: "tenants:export",
      isWrite: true,
      success: { status: 200, description: "The tenant; `job` is what exports it", schema: tenantSchema },
    }),
    demand(database, "tenants:export"),
    valid("param", idParameter),
    (context) => {
      const { id } = context.req.valid("param");
      const { customer } = context.var.caller;
      return once(context, database, null, async (transaction) => {
        const subject = there(await requestExport({ transaction, queue, now: now(), customer }, id));
        await demandRoom(await lastSize(transaction, id));
        const body = there(await readTenant(transaction, customer, id, now()));
        return { status: 200, body, audit: { tenant: id, subject } };
      });
    },
  );

  app.get(
    "/exports",
    describe({
      id: "listLastExports",
      summary:
        "The last exports of tenants that were deleted, for 30 days after that; `GET /exports/{id}/download` has them",
      scope: "tenants:export",
      success: { status: 200, description: "The exports", schema: lastExportListSchema },
    }),
    demand(database, "tenants:export"),
    valid("query", noQuery),
    async (context) => context.json({ exports: await listLastExports(database, context.var.caller.customer, now()) }),
  );

  app.get(
    "/exports/:id/download",
    describe({
      id: "downloadExport",
      summary:
        "The file of an export, or the part of it that `Range` asks for; `Repr-Digest` is the checksum of all of it",
      scope: "tenants:export",
      success: { status: 200, description: "The zip", type: "application/zip" },
    }),
    demand(database, "tenants:export"),
    valid("param", idParameter),
    valid("query", noQuery),
    async (context) => {
      const { id } = context.req.valid("param");
      const found = there(await findDownload(database, context.var.caller.customer, id, now()));
      const open = there(exportsFolder === undefined ? undefined : await openExport(exportsFolder, id, found.bytes));
      headersOf(context, found);
      if (context.req.method === "HEAD") {
        context.header("Content-Length", `${found.bytes}`);
        return context.body(null);
      }
      // A part of another file isn't one of this one.
      const mayContinue = [undefined, tagOf(found)].includes(context.req.header("If-Range"));
      const range = mayContinue ? rangeOf(context.req.header("Range"), found.bytes) : undefined;
      if (range === "unsatisfiable") {
        context.header("Content-Range", `bytes */${found.bytes}`);
        return context.body(null, 416);
      }
      if (range === undefined || range.from === 0) {
        const entry = { ...whoAsks(context), tenant: found.tenant, subject: id };
        await database.transaction().execute((transaction) => record(transaction, entry));
      }
      if (range === undefined) {
        context.header("Content-Length", `${found.bytes}`);
        return context.body(open());
      }
      context.header("Content-Length", `${range.to - range.from + 1}`);
      context.header("Content-Range", `bytes ${range.from}-${range.to}/${found.bytes}`);
      return context.body(open(range), 206);
    },
  );

  async function demandRoom(bytes: number): Promise<void> {
    if (exportsFolder === undefined) {
      throw new OrderStateError("exports aren't made here; ask the provider");
    }
    if ((await leftIn(exportsFolder)) < bytes + spared) {
      throw new OrderStateError("there is no room for an export now; ask the provider, or try again later");
    }
  }
  return app;
}

function tagOf({ sha256 }: Downloadable): string {
  return `"${sha256}"`;
}

function headersOf(context: Context<ApiEnv>, found: Downloadable): void {
  const day = found.readyAt.toISOString().slice(0, 10);
  context.header("Content-Type", "application/zip");
  context.header("Content-Disposition", `attachment; filename="${found.address}-${day}.zip"`);
  context.header("Accept-Ranges", "bytes");
  context.header("ETag", tagOf(found));
  context.header("Repr-Digest", `sha-256=:${Buffer.from(found.sha256, "hex").toString("base64")}:`);
}
